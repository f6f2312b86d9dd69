/**
 * Equality of plain JSON data.
 */

/**
 * Whether two values mean the same: absent, `undefined` and `null` are one, order of keys does not matter, order of
 * list items does. Shared references are equal at once, which makes comparing two versions of an object cheap.
 */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === undefined || a === null) return b === undefined || b === null;
  if (b === undefined || b === null) return false;
  if (typeof a !== "object" || typeof b !== "object") return a !== a && b !== b;
  const aList = Array.isArray(a);
  if (aList !== Array.isArray(b)) return false;
  return aList
    ? listsEqual(a, b as unknown[])
    : recordsEqual(a as Record<string, unknown>, b as Record<string, unknown>);
}

function listsEqual(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!deepEqual(a[i], b[i])) return false;
  return true;
}

function recordsEqual(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  let present = 0;
  for (const key in a) {
    const value = a[key];
    if (value === undefined || value === null) continue;
    present++;
    if (!deepEqual(value, b[key])) return false;
  }
  for (const key in b) {
    const value = b[key];
    if (value !== undefined && value !== null) present--;
  }
  return present === 0;
}
