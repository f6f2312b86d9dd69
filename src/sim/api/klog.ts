/**
 * Lines of the logs of Kubernetes' components, in klog's format:
 * `I0101 00:00:07.123456       1 leaderelection.go:258] "Successfully acquired lease" lock="kube-system/x"`.
 */
import { formatMicroTime } from "./time";

/** Where lines go: a process and its standard output, if anybody keeps that. */
export interface LogTarget {
  readonly now: number;
  readonly output: unknown;
  print(line: () => string): void;
}

export type Severity = "I" | "W" | "E";
/** What a structured line says beside its message, in this order. */
export type LogValues = Readonly<Record<string, string | number | boolean>>;

/** Writes a plain line. `where`: file and line of upstream's source. */
export function klog(to: LogTarget, severity: Severity, where: string, text: string): void {
  if (to.output === undefined) return;
  const { now } = to;
  to.print(() => `${severity}${stamp(now)}       1 ${where}] ${text}`);
}

/** Writes a structured line. */
export function klogS(
  to: LogTarget,
  severity: Severity,
  where: string,
  message: string,
  values: LogValues = {},
): void {
  if (to.output === undefined) return;
  const { now } = to;
  to.print(() => `${severity}${stamp(now)}       1 ${where}] ${structured(message, values)}`);
}

/** In a container the process is the first one: number 1. */
function stamp(now: number): string {
  const time = formatMicroTime(now);
  return `${time.slice(5, 7)}${time.slice(8, 10)} ${time.slice(11, 26)}`;
}

function structured(message: string, values: LogValues): string {
  const parts = Object.entries(values).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  return JSON.stringify(message) + parts.join("");
}
