/** "Did you mean this?": commands that a mistyped name may have meant (cobra SuggestionsFor). */
import type { Command } from "./command";

const MOST_EDITS = 2;

export function suggestionsText(command: Command, typed: string): string {
  const near = suggestionsFor(command, typed);
  return near.length === 0 ? "" : `\n\nDid you mean this?\n${near.map((name) => `\t${name}\n`).join("")}`;
}

export function suggestionsFor(command: Command, typed: string): readonly string[] {
  const lower = typed.toLowerCase();
  return (command.commands ?? [])
    .filter((c) => c.hidden !== true)
    .filter(({ name, suggestFor = [] }) => {
      const edits = editDistance(lower, name.toLowerCase());
      return (
        edits <= MOST_EDITS ||
        name.toLowerCase().startsWith(lower) ||
        suggestFor.some((other) => other.toLowerCase() === lower)
      );
    })
    .map((c) => c.name);
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
