import { defineConfig } from '@playwright/test';
import { chromiumLaunch } from '../setup/chromium.ts';

/** The gateway in real browsers. Each test opens profiles of its own, since managers live in profiles. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/gateway',
  globalSetup: './sdk-packages.ts',
  timeout: 60_000,
  expect: { timeout: 15_000 },
  workers: 2,
  fullyParallel: false,
  // A test that passes only the second time hides a fault.
  retries: 0,
  forbidOnly: true,
  reporter: 'list',
  use: { launchOptions: chromiumLaunch() },
});
