/**
 * The order in which go-yaml writes a map's keys (v2 sorter.go): numbers in texts count as numbers, what is no
 * letter comes before letters.
 */
export function naturalOrder(a: string, b: string): number {
  const x = Array.from(a);
  const y = Array.from(b);
  for (let i = 0; i < x.length && i < y.length; i++) {
    if (x[i] !== y[i]) return differing(x, y, i);
  }
  return x.length - y.length;
}

/** The texts agree up to here. */
function differing(x: readonly string[], y: readonly string[], i: number): number {
  const p = x[i] as string;
  const q = y[i] as string;
  const byCode = (p.codePointAt(0) as number) - (q.codePointAt(0) as number);
  const letters = [p, q].filter((c) => /\p{L}/u.test(c));
  if (letters.length === 2) return byCode;
  if (letters.length === 1) return letters[0] === p ? 1 : -1;
  // A zero that goes on with a number is not a number's beginning.
  const goesOn = (p === "0" || q === "0") && endsInNumber(x.slice(0, i));
  const first = digitsAt(x, i);
  const second = digitsAt(y, i);
  const one = Number((goesOn ? "1" : "0") + first);
  const other = Number((goesOn ? "1" : "0") + second);
  return one - other || first.length - second.length || byCode;
}

function digitsAt(chars: readonly string[], at: number): string {
  let text = "";
  for (let i = at; i < chars.length && isDigit(chars[i] as string); i++) text += chars[i];
  return text;
}

function isDigit(c: string): boolean {
  return c >= "0" && c <= "9";
}

/** Do digits that are not all zero end it? */
function endsInNumber(letters: readonly string[]): boolean {
  for (let i = letters.length - 1; i >= 0 && /\d/.test(letters[i] as string); i--)
    if (letters[i] !== "0") return true;
  return false;
}
