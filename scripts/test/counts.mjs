/** What the runners' own reports say, in one form. */

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number,
 *   numTodoTests: number, testResults: { status: string, assertionResults: unknown[] }[] }} VitestReport
 * @typedef {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number },
 *   errors: unknown[] }} PlaywrightReport
 */

/** A runner that fails without a failing test (a crash, an unhandled rejection) still failed. */
const CRASH = 1;

/**
 * @param {unknown} report what vitest's json reporter wrote, or null when it wrote nothing
 * @param {boolean} succeeded whether its exit code was 0
 * @returns {Counts}
 */
export function vitestCounts(report, succeeded) {
  if (report === null) return { passed: 0, failed: CRASH, skipped: 0 };
  const result = /** @type {VitestReport} */ (report);
  const unloadable = result.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  const failed = result.numFailedTests + unloadable;
  return {
    passed: result.numPassedTests,
    failed: failed === 0 && !succeeded ? CRASH : failed,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

/**
 * A flaky test, one that passed only when it was repeated, counts as failed.
 * @param {unknown} report what Playwright's json reporter wrote, or null when it wrote nothing
 * @param {boolean} succeeded whether its exit code was 0
 * @returns {Counts}
 */
export function playwrightCounts(report, succeeded) {
  if (report === null) return { passed: 0, failed: CRASH, skipped: 0 };
  const { stats, errors } = /** @type {PlaywrightReport} */ (report);
  const failed = stats.unexpected + stats.flaky + errors.length;
  return {
    passed: stats.expected,
    failed: failed === 0 && !succeeded ? CRASH : failed,
    skipped: stats.skipped,
  };
}

/** @param {Counts[]} all */
export function sum(all) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of all) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  return total;
}

/** @param {Counts} counts */
export function summaryLine({ passed, failed, skipped }) {
  const rest = skipped > 0 ? `, ${skipped} skipped` : '';
  return `${passed} passed, ${failed} failed${rest}`;
}
