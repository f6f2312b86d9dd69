import { expect, it } from "vitest";
import type { Result } from "./result";
import { err, ok } from "./result";

function half(n: number): Result<number, string> {
  return n % 2 === 0 ? ok(n / 2) : err(`${n} is odd`);
}

it.each([
  [4, 2, undefined],
  [3, undefined, "3 is odd"],
])("half of %i", (n, value, error) => {
  const result = half(n);
  expect(result.ok ? result.value : undefined).toBe(value);
  expect(result.ok ? undefined : result.error).toBe(error);
});
