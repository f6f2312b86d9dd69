import type { Part, Word } from "../shell/script";

/** So many words may come out of those of one command; what would give more stays as it is. */
const MOST = 10_000;
/** Longest text in which braces are looked for. */
const LONGEST = 4096;
/** Braces in braces. */
const DEEPEST = 20;

/** `{a,b}` and `{1..5}` in what is neither quoted nor expanded otherwise: one word for each. */
export function expandBraces(words: readonly Word[]): readonly Word[] {
  const found: Word[] = [];
  for (const word of words) found.push(...expandWord(word, MOST - found.length));
  return found;
}

function expandWord(word: Word, most: number): readonly Word[] {
  let made: (readonly Part[])[] = [[]];
  for (const part of word) {
    const braced = part.kind === "text" && !part.quoted && part.text.includes("{");
    const texts = braced ? alternatives(part.text, 0) : [];
    if (texts.length <= 1) made = made.map((parts) => [...parts, part]);
    else if (texts.length * made.length > most) return [word];
    else made = made.flatMap((parts) => texts.map((text) => [...parts, { ...part, text } as Part]));
  }
  return made;
}

function alternatives(text: string, depth: number): readonly string[] {
  if (text.length > LONGEST || depth > DEEPEST) return [text];
  for (let open = text.indexOf("{"); open >= 0; open = text.indexOf("{", open + 1)) {
    const { close, pieces } = cut(text, open);
    if (close < 0) return [text];
    const inner =
      pieces.length > 1
        ? pieces.flatMap((piece) => alternatives(piece, depth + 1))
        : sequence(pieces[0] ?? "");
    if (inner.length === 0) continue;
    const rest = alternatives(text.slice(close + 1), depth + 1);
    if (inner.length * rest.length > MOST) return [text];
    const head = text.slice(0, open);
    return inner.flatMap((middle) => rest.map((tail) => head + middle + tail));
  }
  return [text];
}

/** What stands between a brace and the one that closes it, cut at its commas. */
function cut(text: string, open: number): { readonly close: number; readonly pieces: readonly string[] } {
  const pieces: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let i = open + 1; i < text.length; i++) {
    const c = text[i];
    if (c === "{") depth++;
    else if (c === "}" && depth > 0) depth--;
    else if (depth === 0 && (c === "," || c === "}")) {
      pieces.push(text.slice(from, i));
      from = i + 1;
      if (c === "}") return { close: i, pieces };
    }
  }
  return { close: -1, pieces };
}

/** What `1..5`, `5..1`, `01..10`, `1..9..2` or `a..e` stand for; nothing if it is no such thing. */
function sequence(text: string): readonly string[] {
  const letters = /^([a-zA-Z])\.\.([a-zA-Z])$/
    .exec(text)
    ?.slice(1)
    .map((c) => c.charCodeAt(0));
  const numbers = /^(-?\d{1,9})\.\.(-?\d{1,9})(?:\.\.(-?\d{1,9}))?$/.exec(text);
  const [from, to] = letters ?? numbers?.slice(1, 3).map(Number) ?? [];
  if (from === undefined || to === undefined) return [];
  const by = Math.abs(Number(numbers?.[3] ?? 1)) || 1;
  const count = Math.floor(Math.abs(to - from) / by) + 1;
  if (count > MOST) return [];
  const padded = [numbers?.[1] ?? "", numbers?.[2] ?? ""].some((n) => /^-?0\d/.test(n));
  const width = padded ? Math.max(numbers?.[1]?.length ?? 0, numbers?.[2]?.length ?? 0) : 0;
  return Array.from({ length: count }, (_, i) => {
    const value = from + i * (to < from ? -by : by);
    if (letters !== undefined) return String.fromCharCode(value);
    const digits = String(Math.abs(value)).padStart(width - (value < 0 ? 1 : 0), "0");
    return value < 0 ? `-${digits}` : digits;
  });
}
