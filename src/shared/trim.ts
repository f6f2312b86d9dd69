/**
 * A text without the given characters at its end. (`replace(/x+$/, "")` looks again from every one of them, which takes
 * a quadratic time where they stand in the middle.)
 */
export function trimEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1] as string)) end--;
  return text.slice(0, end);
}
