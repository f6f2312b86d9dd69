/**
 * Regular expressions of schemas. Upstream's are of Go's RE2; those that JavaScript reads otherwise are rare: named
 * groups, flags in the middle, classes by name.
 */
const CACHE_SIZE = 512;
const compiled = new Map<string, RegExp | undefined>();

/** The expression; undefined if it cannot be read. */
export function patternOf(text: string): RegExp | undefined {
  if (compiled.has(text)) return compiled.get(text);
  let made: RegExp | undefined;
  try {
    made = new RegExp(translated(text), "u");
  } catch {
    made = withoutUnicode(text);
  }
  if (compiled.size >= CACHE_SIZE) compiled.clear();
  compiled.set(text, made);
  return made;
}

function withoutUnicode(text: string): RegExp | undefined {
  try {
    return new RegExp(translated(text));
  } catch {
    return undefined;
  }
}

function translated(text: string): string {
  return text.replaceAll("\\A", "^").replaceAll("\\z", "$").replaceAll("(?P<", "(?<");
}
