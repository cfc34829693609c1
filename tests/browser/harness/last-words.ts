// What failed, in a few lines at the very end: often all that is left of a run on another machine.
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter'

const LINES = 24
const COLOUR = /\u001b\[[0-9;]*m/g

export default class LastWords implements Reporter {
  private readonly failures: string[] = []

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === test.expectedStatus || result.status === 'skipped') return
    const why = result.errors
      .map(({ message, location }) =>
        [location && `${location.file}:${location.line}`, message].filter(Boolean).join('\n'),
      )
      .join('\n')
    const said = why
      .replace(COLOUR, '')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(0, LINES)
      .map((line) => `    ${line.slice(0, 240)}`)
      .join('\n')
    this.failures.push(
      `${test.titlePath().filter(Boolean).join(' › ')} (try ${result.retry + 1}, ${result.status})\n${said}`,
    )
  }

  onEnd(_: FullResult): void {
    if (this.failures.length > 0) console.log(`\nWHAT FAILED\n${this.failures.join('\n')}\n`)
  }
}
