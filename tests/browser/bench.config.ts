// `npm run bench`: measurements, which are no tests and fail only when they cannot be made.
import { defineConfig } from '@playwright/test'
import base from './playwright.config.ts'

export default defineConfig({
  ...base,
  testDir: '.',
  testMatch: 'bench-*.ts',
  workers: 1,
  reporter: [['dot']],
  projects: [{ name: 'bench', use: { database: 'sqlite' } }],
})
