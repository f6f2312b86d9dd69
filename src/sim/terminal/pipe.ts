import type { Kernel } from "../kernel/kernel";
import { Signal, type Task } from "../kernel/task";
import type { Input, ObjectRef } from "./io";

/** Characters that a pipe takes before it is full: writers cannot wait here, and a page's memory has an end. */
const FULL = 16_000_000;
/** What a line takes up beside its text, in characters. */
const ROW = 16;

/** A line of text and what it is about. */
export interface Row {
  readonly text: string;
  readonly ref: ObjectRef | undefined;
  /** False: the last line, and no newline ends it. */
  readonly whole: boolean;
}

/** Input as the workstation's own text tools read it: lines keep what they are about. */
export interface RowInput extends Input {
  row(): Task<Row | undefined>;
}

/** Text on its way from one program to the next, or from the keyboard: a queue of lines. */
export class Pipe implements RowInput {
  readonly piped: boolean;
  /** Lines to be read; undefined: Ctrl+D at the keyboard, an end for whoever reads then, and for nobody else. */
  readonly #rows: (Row | undefined)[] = [];
  readonly #changed: Signal;
  #partial = "";
  #partialRef: ObjectRef | undefined;
  #ended = false;
  #head = 0;
  /** Characters that nobody has read, beside those of the line that has not ended. */
  #held = 0;
  /** Nobody reads any more: whoever writes next is told so. */
  broken = false;
  /** A reader waits for more. */
  waiting = false;

  readonly #wanted: (() => void) | undefined;

  /** `wanted` is told each time when a reader begins to wait. */
  constructor(kernel: Kernel, piped: boolean, wanted?: () => void) {
    this.#changed = new Signal(kernel);
    this.piped = piped;
    this.#wanted = wanted;
  }

  /** @returns whether it was taken: false when nobody reads any more, or the pipe is full */
  write(text: string, ref?: ObjectRef): boolean {
    if (this.#ended || this.broken || this.#held + this.#partial.length > FULL) return false;
    const lines = (this.#partial + text).split("\n");
    this.#partial = lines.pop() ?? "";
    for (const line of lines) {
      this.#rows.push({ text: line, ref: ref ?? this.#partialRef, whole: true });
      this.#held += line.length + ROW;
    }
    this.#partialRef = this.#partial === "" ? undefined : ref;
    this.#changed.notify();
    return true;
  }

  /** Nothing more comes; of the keyboard: what reads it now is to take this for the end. */
  end(): void {
    if (!this.piped) {
      this.#rows.push(undefined);
      this.#changed.notify();
      return;
    }
    if (this.#ended) return;
    if (this.#partial !== "") this.#rows.push({ text: this.#partial, ref: this.#partialRef, whole: false });
    this.#ended = true;
    this.#changed.notify();
  }

  *row(): Task<Row | undefined> {
    while (this.#head === this.#rows.length && !this.#ended) {
      this.waiting = true;
      this.#wanted?.();
      yield* this.#changed.wait();
      this.waiting = false;
    }
    if (this.#head === this.#rows.length) return undefined;
    const row = this.#rows[this.#head];
    // What has been read is let go of at once, not when the list is cut.
    this.#rows[this.#head++] = undefined;
    if (row?.whole === true) this.#held -= row.text.length + ROW;
    if (this.#head > 1000 && this.#head * 2 > this.#rows.length) {
      this.#rows.splice(0, this.#head);
      this.#head = 0;
    }
    return row;
  }

  /** Takes what nobody has read, line by line. Whoever waited is thought to be gone until somebody waits again. */
  takeUnread(): string[] {
    this.waiting = false;
    const rows = this.#rows.splice(this.#head);
    this.#held = 0;
    return rows.flatMap((row) => (row === undefined ? [] : [row.text]));
  }

  *line(): Task<string | undefined> {
    return (yield* this.row())?.text;
  }

  *rest(): Task<string> {
    let text = "";
    for (;;) {
      const row = yield* this.row();
      if (row === undefined) return text;
      text += row.whole ? `${row.text}\n` : row.text;
    }
  }
}
