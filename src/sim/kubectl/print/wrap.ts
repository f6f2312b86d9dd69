/** Wraps text at a width by words (mitchellh/go-wordwrap); words that are too long stay whole. */
export function wrap(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => wrapLine(line, width))
    .join("\n");
}

function wrapLine(line: string, width: number): string {
  let made = "";
  let column = 0;
  for (const [, spaces = "", word = ""] of line.matchAll(/(\s*)(\S*)/g)) {
    if (word === "") {
      // Space at the end stays where it fits.
      if (column + spaces.length <= width) made += spaces;
      continue;
    }
    const fits = column + spaces.length + word.length <= width;
    // The first letters of an endless word decide, as they come.
    if (fits || (column + spaces.length === 0 && word.length >= width)) {
      made += spaces + word;
      column += spaces.length + word.length;
    } else {
      made += `\n${word}`;
      column = word.length;
    }
  }
  return made;
}

/** Puts spaces before every line, empty ones too. */
export function indent(text: string, by: number): string {
  const space = " ".repeat(by);
  return space + text.replaceAll("\n", `\n${space}`);
}
