// The journeys drive the real binary with a real browser.
import { defineConfig } from '@playwright/test'
import type { Options } from './harness/fixtures.ts'

function required(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run the journeys with \`make test\``)
  return value
}

const ON_POSTGRES = [
  'events',
  'figures',
  'inbox',
  'join',
  'main-job',
  'market',
  'market-agreeing',
  'no-signal',
  'outward',
  'pickups',
  'pickups-crew',
  'together',
]

export default defineConfig<Options>({
  testDir: 'journeys',
  outputDir: '../../target/browser-results',
  // Two browsers and two servers share what may be two cores: what failed is tried once more, by
  // itself, when all others are done. `make test` names what needed it.
  retries: 1,
  retryStrategy: 'isolated',
  forbidOnly: true,
  fullyParallel: true,
  workers: 2,
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['./harness/last-words.ts']],
  use: {
    actionTimeout: 30_000,
    navigationTimeout: 40_000,
    // Recording costs a fifth of the time of a journey.
    trace: 'on-first-retry',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: required('CHROMIUM'),
      args: [
        // Debian's runs as root in CI; the pages are our own.
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        // Else it looks for its maker's hosts at every start.
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'sqlite', use: { database: 'sqlite' } },
    // The tests over HTTP play everything on both databases. Here each part of the service is walked
    // through once more on PostgreSQL; `@sqlite` says nothing about the database.
    {
      name: 'postgres',
      use: { database: 'postgres' },
      testMatch: ON_POSTGRES.map((name) => `${name}.spec.ts`),
      grepInvert: /@sqlite/,
    },
  ],
})
