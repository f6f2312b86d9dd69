import type { GrowingFile } from "../../../kernel/disk";
import type { Micros } from "../../../kernel/time";
import { formatMicroTime } from "../../../api/time";
import type { SandboxConfig } from "./types";

/** One line of a log. What is seldom read (a line a request) is put into words when it is. */
export interface LogLine {
  readonly at: Micros;
  readonly text: string | (() => string);
}

/** Lines that a file keeps; the runtime of a real node keeps megabytes. */
const MAX_LINES = 1000;
/** The oldest lines go this many at once. */
const DROPPED = 250;

/**
 * What one container instance has written, as a file on its host's disk: the runtime appends, the kubelet reads.
 * It stays when the process ends and, but for its last lines, when the machine loses its power.
 */
export class LogFile implements GrowingFile {
  #lines: LogLine[] = [];
  /** Position of the oldest line kept. */
  #base = 0;
  #open = true;
  #readers: (() => void)[] = [];

  /** Position after the newest line. */
  get end(): number {
    return this.#base + this.#lines.length;
  }

  /** False when its writer has ended. */
  get open(): boolean {
    return this.#open;
  }

  append(line: LogLine): void {
    this.#lines.push(line);
    if (this.#lines.length > MAX_LINES) {
      this.#lines = this.#lines.slice(DROPPED);
      this.#base += DROPPED;
    }
    if (this.#readers.length > 0) this.#wake();
  }

  /** The power of its host went: what was not yet on the disk is lost. */
  powerCut(safe: Micros): void {
    const lost = this.#lines.findIndex(({ at }) => at > safe);
    if (lost >= 0) this.#lines = this.#lines.slice(0, lost);
  }

  /** As `cat` on its host shows it. Models cri-api: the format of CRI's log files. */
  asText(): string {
    return this.#lines
      .map(({ at, text }) => `${formatMicroTime(at)} stdout F ${typeof text === "string" ? text : text()}\n`)
      .join("");
  }

  /** Its writer has ended: nothing more will come. */
  close(): void {
    this.#open = false;
    this.#wake();
  }

  /** The lines from a position on that are still kept. */
  from(position: number): readonly LogLine[] {
    return this.#lines.slice(Math.max(0, position - this.#base));
  }

  /** Calls once, at the next line or when it is closed. */
  onChange(reader: () => void): void {
    this.#readers.push(reader);
  }

  #wake(): void {
    const readers = this.#readers;
    this.#readers = [];
    for (const reader of readers) reader();
  }
}

/** Where the log of a container's attempt is on its host (`pkg/kubelet/kuberuntime/helpers.go`). */
export function logPath(
  sandbox: Pick<SandboxConfig, "namespace" | "name" | "podUid">,
  container: string,
  attempt: number,
): string {
  const { namespace, name, podUid } = sandbox;
  return `/var/log/pods/${namespace}_${name}_${podUid}/${container}/${attempt}.log`;
}
