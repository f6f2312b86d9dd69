/** Patterns of names (`web-*`): matched in a time that is at most the product of both lengths. */

/** What one place of a pattern stands for: any text, or one character that holds. */
export type Wildcard = "any text" | ((character: string) => boolean);

/** A pattern in which only the given signs mean something else than themselves. */
export function wildcards(pattern: string, signs: "*" | "*?"): Wildcard[] {
  return Array.from(pattern, (c) =>
    c === "*" ? "any text" : c === "?" && signs === "*?" ? () => true : (other: string) => other === c,
  );
}

/** Is the whole text of this form? When it goes wrong after a star, only the last star is tried with more. */
export function fits(text: string, pattern: readonly Wildcard[]): boolean {
  const characters = Array.from(text);
  let at = 0;
  let place = 0;
  let star = -1;
  let taken = 0;
  while (at < characters.length) {
    const wanted = pattern[place];
    if (wanted === "any text") {
      star = place++;
      taken = at;
    } else if (wanted?.(characters[at] as string) === true) {
      at++;
      place++;
    } else if (star >= 0) {
      at = ++taken;
      place = star + 1;
    } else return false;
  }
  while (pattern[place] === "any text") place++;
  return place === pattern.length;
}
