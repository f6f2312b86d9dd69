/** Lines of kubectl's log on standard error: `E0101 00:00:05.000000   12345 memcache.go:265] …`. */
import { formatMicroTime } from "../../api/time";
import type { Process } from "../../kernel/process";
import { goQuote } from "./quote";

/** A warning, as klog writes it. */
export function klogWarning(process: Process, where: string, message: string): string {
  return `W${stampOf(process)} ${where}] ${message}\n`;
}

/** An error that nobody handled, as klog writes it. */
export function klogError(process: Process, where: string, message: string): string {
  return `E${stampOf(process)} ${where}] "Unhandled Error" err=${goQuote(message)}\n`;
}

function stampOf(process: Process): string {
  const time = formatMicroTime(process.now);
  return `${time.slice(5, 7)}${time.slice(8, 10)} ${time.slice(11, 26)} ${String(process.pid).padStart(7)}`;
}
