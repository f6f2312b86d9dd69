import type { Word } from "../shell/script";

/** So many words may come out of one; what would give more stays as it is. */
const MOST = 10_000;

/** `{a,b}` and `{1..5}` in what is neither quoted nor expanded otherwise: one word for each. */
export function expandBraces(word: Word): readonly Word[] {
  for (const [i, part] of word.entries()) {
    if (part.kind !== "text" || part.quoted || !part.text.includes("{")) continue;
    const texts = alternatives(part.text);
    if (texts.length === 1) continue;
    return texts.map((text) => [...word.slice(0, i), { ...part, text }, ...word.slice(i + 1)]);
  }
  return [word];
}

function alternatives(text: string): readonly string[] {
  for (let open = text.indexOf("{"); open >= 0; open = text.indexOf("{", open + 1)) {
    const { close, pieces } = cut(text, open);
    if (close < 0) continue;
    const inner = pieces.length > 1 ? pieces.flatMap(alternatives) : sequence(pieces[0] ?? "");
    if (inner.length === 0) continue;
    const rest = alternatives(text.slice(close + 1));
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

/** The numbers of `1..5` or `5..1`; none if it is no such thing. */
function sequence(text: string): readonly string[] {
  const found = /^(-?\d{1,9})\.\.(-?\d{1,9})$/.exec(text);
  if (found === null) return [];
  const from = Number(found[1]);
  const count = Math.abs(Number(found[2]) - from) + 1;
  if (count > MOST) return [];
  const step = Number(found[2]) < from ? -1 : 1;
  return Array.from({ length: count }, (_, i) => String(from + i * step));
}
