/** Orders of texts. Those that people see go by the rules of their language; these go by code alone. */

/** By UTF-16 units: the order of `Array.sort`, enough for names and whatever else is ASCII. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By code points, as Go sorts texts (by their UTF-8 bytes). */
export function compareCodePoints(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const x = a.codePointAt(i) as number;
    const y = b.codePointAt(i) as number;
    if (x !== y) return x - y;
  }
  return a.length - b.length;
}
