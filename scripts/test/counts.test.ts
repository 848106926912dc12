import { expect, test } from 'vitest';
import { playwrightCounts, sum, summaryLine, vitestCounts } from './counts.mjs';

const vitestReport = {
  numPassedTests: 7,
  numFailedTests: 1,
  numPendingTests: 2,
  numTodoTests: 1,
  testResults: [
    { status: 'passed', assertionResults: [{}] },
    { status: 'failed', assertionResults: [{}] },
    { status: 'failed', assertionResults: [] },
  ],
};

test('a test file that does not load counts as a failure of its own', () => {
  expect(vitestCounts(vitestReport, false)).toEqual({ passed: 7, failed: 2, skipped: 3 });
});

test('a runner that fails without a failing test still fails the run', () => {
  const allPassed = { ...vitestReport, numFailedTests: 0, testResults: [] };
  expect(vitestCounts(allPassed, false).failed).toBe(1);
  expect(vitestCounts(allPassed, true).failed).toBe(0);
  expect(vitestCounts(null, false).failed).toBe(1);
  expect(playwrightCounts(null, true).failed).toBe(1);
});

test('a browser test that passed only when repeated counts as failed', () => {
  const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 2 };
  expect(playwrightCounts({ stats, errors: [] }, false)).toEqual({
    passed: 5,
    failed: 2,
    skipped: 2,
  });
});

test('the last line names skipped tests only when there are any', () => {
  const none = sum([
    { passed: 1, failed: 0, skipped: 0 },
    { passed: 2, failed: 1, skipped: 0 },
  ]);
  expect(summaryLine(none)).toBe('3 passed, 1 failed');
  expect(summaryLine({ ...none, skipped: 4 })).toBe('3 passed, 1 failed, 4 skipped');
});
