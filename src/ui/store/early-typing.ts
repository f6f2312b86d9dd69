/** What was typed into the terminal while it was still being loaded. */
let typed = "";

export function keepTyped(text: string): void {
  typed += text.replaceAll("\n", "\r");
}

/** Gives it once. */
export function takeTyped(): string {
  const text = typed;
  typed = "";
  return text;
}
