/** Lines of kubectl's log on standard error: `E0101 00:00:05.000000   12345 memcache.go:265] …`. */
import { formatMicroTime } from "../../api/time";
import type { Process } from "../../kernel/process";
import { goQuote } from "./quote";

/** An error that nobody handled, as klog writes it. */
export function klogError(process: Process, where: string, message: string): string {
  const time = formatMicroTime(process.now);
  const stamp = `${time.slice(5, 7)}${time.slice(8, 10)} ${time.slice(11, 26)}`;
  return `E${stamp} ${String(process.pid).padStart(7)} ${where}] "Unhandled Error" err=${goQuote(message)}\n`;
}
