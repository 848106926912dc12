import { defineConfig } from '@playwright/test';
import { chromiumLaunch } from './tests/setup/chromium.ts';

const launch = chromiumLaunch();

/**
 * Playwright switches storage partitioning off, and Chromium without it blocks all storage of a
 * frame from another site. Browsers of users have it on (https://privacycg.github.io/storage-partitioning/).
 * The last switch of a name counts, so the others that Playwright needs are named again.
 */
const FEATURES_OFF = [
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'MediaRouter',
  'PaintHolding',
  'OptimizationHints',
];

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/browser',
  // Two browsers and two servers share two cores: a wait that ends with what it waits for costs
  // nothing by being long.
  timeout: 60_000,
  expect: { timeout: 15_000 },
  workers: 2,
  fullyParallel: false,
  // A test that passes only the second time hides a fault.
  retries: 0,
  forbidOnly: true,
  reporter: 'list',
  use: {
    browserName: 'chromium',
    launchOptions: {
      ...launch,
      args: [...launch.args, `--disable-features=${FEATURES_OFF.join(',')}`],
    },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
  },
});
