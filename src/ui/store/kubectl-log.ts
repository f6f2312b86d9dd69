/** What was done on the stage, in kubectl's words, for the terminal's history. */

type Listener = (line: string) => void;

/** Lines from before the terminal was opened; the oldest go. */
const KEPT = 200;

const early: string[] = [];
let listener: Listener | null = null;

/** Says what an action of the stage is with kubectl. */
export function noteKubectl(line: string): void {
  if (!line.startsWith("kubectl ")) return;
  if (listener) listener(line);
  else if (early.push(line) > KEPT) early.shift();
}

/** The one who shows them; is told the earlier ones at once. */
export function onKubectlNotes(tell: Listener): void {
  listener = tell;
  for (const line of early.splice(0)) tell(line);
}
