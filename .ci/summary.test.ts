import { expect, it } from "vitest";
import { countPlaywright, countVitest, summaryLine, total } from "./summary.mjs";

const vitest = { numPassedTests: 10, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };
const playwright = { stats: { expected: 4, flaky: 1, unexpected: 2, skipped: 3 } };

it("adds up checks and reports", () => {
  const steps = [
    { name: "types", ok: true },
    { name: "lint", ok: false },
    { name: "unit", ok: false, count: countVitest(vitest) },
    { name: "e2e", ok: false, count: countPlaywright(playwright) },
  ];
  expect(summaryLine(total(steps))).toBe("16 passed, 4 failed, 6 skipped");
});

it("counts a step that failed without a failed test", () => {
  const unit = { name: "unit", ok: false, count: { passed: 3, failed: 0, skipped: 0 } };
  expect(total([unit])).toEqual({ passed: 3, failed: 1, skipped: 0 });
});
