/** Names that no other run of the command has, as Go makes them for files in `/tmp`. */
import type { Process } from "../../kernel/process";

/** Up to ten digits: the time and the process, stirred. */
export function randomNumber({ now, pid }: Pick<Process, "now" | "pid">): string {
  const stirred = (Math.imul(now % 0x7fffffff, 2_654_435_761) ^ Math.imul(pid, 40_503)) >>> 0;
  return String(1_000_000_000 + (stirred % 3_000_000_000));
}
