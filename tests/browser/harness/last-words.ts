// What failed, in a few lines at the very end: often all that is left of a run on another machine.
import { stripVTControlCharacters } from 'node:util'
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter'

const LINES = 24

export default class LastWords implements Reporter {
  private readonly failures: string[] = []

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === test.expectedStatus || result.status === 'skipped') return
    const why = result.errors
      .map(({ message, location }) =>
        [location && `${location.file}:${location.line}`, message].filter(Boolean).join('\n'),
      )
      .join('\n')
    const said = stripVTControlCharacters(why)
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(0, LINES)
      .map((line) => `    ${line.slice(0, 240)}`)
    const title = test.titlePath().filter(Boolean).join(' › ')
    // No blank line within: it ends the whole.
    this.failures.push(`${title} (try ${result.retry + 1}, ${result.status})`, ...said)
  }

  onEnd(): void {
    if (this.failures.length > 0) console.log(`\nWHAT FAILED\n${this.failures.join('\n')}\n`)
  }
}
