/** Names that no other run of the command has, as Go makes them for files in `/tmp`. */
import type { Process } from "../../kernel/process";

/** Up to ten digits: the time and the process, stirred. */
export function randomNumber({ now, pid }: Pick<Process, "now" | "pid">): string {
  const stirred = (Math.imul(now % 0x7fffffff, 2_654_435_761) ^ Math.imul(pid, 40_503)) >>> 0;
  return String(1_000_000_000 + (stirred % 3_000_000_000));
}

/** Letters and digits that make no words (apimachinery `util/rand`). */
const LETTERS = "bcdfghjklmnpqrstvwxz2456789";

/** Five letters, as generated names end. */
export function randomSuffix(process: Pick<Process, "now" | "pid">): string {
  let rest = Number(randomNumber(process));
  let suffix = "";
  for (let i = 0; i < 5; i++) {
    suffix += LETTERS[rest % LETTERS.length];
    rest = Math.trunc(rest / LETTERS.length);
  }
  return suffix;
}
