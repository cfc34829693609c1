import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** Everything axe calls serious or critical, as lines a person can act on. */
export async function faults(page: Page, screen: string): Promise<string[]> {
  const first = await look(page, screen)
  // What slid in while axe was looking had the colours of its way; a real fault is there again.
  return first.length === 0 ? first : look(page, screen)
}

async function look(page: Page, screen: string): Promise<string[]> {
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
