// @ts-check
/** Adds up what vitest, Playwright and the plain checks reported. */

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Count
 * @typedef {{ name: string, ok: boolean, count?: Count | undefined }} Step
 */

/** @param {any} report vitest's JSON report @returns {Count} */
export function countVitest(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @param {any} report Playwright's JSON report @returns {Count} */
export function countPlaywright(report) {
  const { expected, flaky, unexpected, skipped } = report.stats;
  return { passed: expected + flaky, failed: unexpected, skipped };
}

/**
 * A step without a report of its own counts as one test. One that ended badly although its report shows no failed
 * test (it crashed, or a file could not be loaded) counts as one more failure.
 * @param {readonly Step[]} steps @returns {Count}
 */
export function total(steps) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { ok, count } of steps) {
    if (count) {
      sum.passed += count.passed;
      sum.failed += count.failed;
      sum.skipped += count.skipped;
    } else if (ok) sum.passed += 1;
    if (!ok && !count?.failed) sum.failed += 1;
  }
  return sum;
}

/** @param {Count} count @returns {string} the line that ends a run */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
