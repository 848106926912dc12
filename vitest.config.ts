import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{apps,packages,examples}/**/*.test.{ts,tsx}',
      'tests/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**', 'tests/e2e/**'],
    globalSetup: process.env.ZCBOT_TEST_WITHOUT_DATABASE ? [] : ['tests/setup/postgres.ts'],
    pool: 'forks',
    // Tests start real servers and browsers; more than two files at once only makes them wait for
    // each other on the two cores CI has.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 15_000,
    // A focused test left behind would silently switch off its neighbours.
    allowOnly: false,
  },
});
