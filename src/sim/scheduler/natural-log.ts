import { assert } from "../../shared/assert";

const LN_2 = Math.LN2;
const SQRT_2 = Math.SQRT2;
const known: number[] = [];

/**
 * The natural logarithm of an integer from 1 on, from basic operations only: `Math.log` may differ in its last bit
 * from engine to engine, and with it the scheduler's choice.
 */
export function naturalLog(n: number): number {
  assert(Number.isInteger(n) && n >= 1, "the logarithm is for positive integers");
  const found = known[n];
  if (found !== undefined) return found;
  let mantissa = n;
  let twos = 0;
  while (mantissa > SQRT_2) {
    mantissa /= 2;
    twos++;
  }
  // ln m = 2·artanh((m − 1) / (m + 1)); |s| < 0.18, so 12 terms are more than a double can hold.
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let k = 23; k >= 1; k -= 2) sum = sum * square + 1 / k;
  const result = twos * LN_2 + 2 * s * sum;
  if (n < 8192) known[n] = result;
  return result;
}
