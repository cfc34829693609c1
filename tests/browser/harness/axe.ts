import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** Everything axe calls serious or critical, as lines a person can act on. */
export async function faults(page: Page, screen: string): Promise<string[]> {
  // A screen that is still sliding in has the colours of its way, not of its end.
  await page.waitForFunction(() =>
    document.getAnimations().every((animation) => animation.playState !== 'running'),
  )
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ target }) => `${screen}: ${id} at ${target.join(' ')}: ${help}`),
    )
}
