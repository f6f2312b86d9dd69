import { formatMicroTime } from "../../../api/time";
import type { Micros } from "../../../kernel/time";
import type { LogFile, LogLine } from "../../runtime/cri/log-file";

/** Which lines of a log are wanted, and how. */
export interface LogOptions {
  /** The newest so many; undefined: all. */
  readonly tailLines: number | undefined;
  /** Bytes at most; the last line may be cut. */
  readonly limitBytes: number;
  /** Lines older than this are left out. */
  readonly since: Micros;
  /** Each line begins with its time. */
  readonly timestamps: boolean;
}

/** Reads a log piece by piece: first what is there, then each time what has come since. */
export class LogText {
  readonly #file: LogFile;
  readonly #options: LogOptions;
  #position: number;
  #left: number;

  constructor(file: LogFile, options: LogOptions) {
    this.#file = file;
    this.#options = options;
    const { tailLines, limitBytes } = options;
    this.#position = tailLines === undefined ? 0 : Math.max(0, file.end - tailLines);
    this.#left = limitBytes;
  }

  /** True when as many bytes as were wanted have been read. */
  get full(): boolean {
    return this.#left <= 0;
  }

  get atEnd(): boolean {
    return this.#position >= this.#file.end;
  }

  /** The text of the lines that have not been read yet; "" for none. */
  next(): string {
    const lines = this.#file.from(this.#position);
    this.#position = this.#file.end;
    let text = "";
    for (const line of lines) {
      if (line.at < this.#options.since) continue;
      const whole = this.#format(line);
      const piece = cut(whole, this.#left);
      this.#left = piece === whole ? this.#left - byteLength(piece) : 0;
      text += piece;
      if (this.#left <= 0) break;
    }
    return text;
  }

  #format({ at, text }: LogLine): string {
    const words = typeof text === "string" ? text : text();
    // Nine decimals, as the runtime writes them; the clock of the simulation has six.
    const time = this.#options.timestamps ? `${formatMicroTime(at).slice(0, -1)}000Z ` : "";
    return `${time}${words}\n`;
  }
}

/** All that is wanted of a log as it is now. */
export function readLog(file: LogFile, options: LogOptions): string {
  return new LogText(file, options).next();
}

/** The length of a text in UTF-8. */
function byteLength(text: string): number {
  let bytes = 0;
  for (const char of text) bytes += bytesOf(char);
  return bytes;
}

function bytesOf(char: string): number {
  const code = char.codePointAt(0) as number;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

/** As much of a text as fits into so many bytes, in whole characters. */
function cut(text: string, bytes: number): string {
  if (text.length * 4 <= bytes) return text;
  let left = bytes;
  let end = 0;
  for (const char of text) {
    left -= bytesOf(char);
    if (left < 0) break;
    end += char.length;
  }
  return text.slice(0, end);
}
