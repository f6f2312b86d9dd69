import { Mailbox, type Task } from "../../../../kernel/task";
import type { Kernel } from "../../../../kernel/kernel";

/** Where text goes. */
export type Output = (text: string) => void;

/** Where lines come from. */
export interface Input {
  /** The next line without its end; undefined: there are no more. */
  readLine(): Task<string | undefined>;
}

/** Input that is there from the beginning: a file, or what the command before a pipe wrote. */
export class TextInput implements Input {
  readonly #lines: string[];
  #at = 0;

  constructor(text: string) {
    this.#lines = text === "" ? [] : (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
  }

  *readLine(): Task<string | undefined> {
    return this.#lines[this.#at++];
  }
}

/** Characters that an input holds for who does not read them; more is not taken. */
const MOST_HELD = 4_000_000;

/** Input that somebody types, or sends, or that another command writes. */
export class LiveInput implements Input {
  readonly #lines: Mailbox<string | undefined>;
  #rest = "";
  #closed = false;
  #held = 0;

  constructor(kernel: Kernel) {
    this.#lines = new Mailbox(kernel);
  }

  /** @returns false: nobody reads it any more, or not enough of it */
  push(text: string): boolean {
    if (this.#closed || this.#held > MOST_HELD) return false;
    this.#held += text.length;
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#lines.push(line);
    return true;
  }

  /** Nothing more will come. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#rest !== "") this.#lines.push(this.#rest);
    this.#rest = "";
    this.#lines.push(undefined);
  }

  *readLine(): Task<string | undefined> {
    const line = yield* this.#lines.receive();
    // The end stays the end, for whoever asks again.
    if (line === undefined) this.#lines.push(undefined);
    else this.#held -= line.length + 1;
    return line;
  }
}

export const NO_INPUT: Input = {
  *readLine() {
    return undefined;
  },
};

/** All that is left of an input. */
export function* readAll(input: Input): Task<string> {
  let text = "";
  for (;;) {
    const line = yield* input.readLine();
    if (line === undefined) return text;
    text += `${line}\n`;
  }
}

/** Gathers text to whole lines, as a log has them. `flush` gives out what has no end yet. */
export function byLines(line: (text: string) => void): { write: Output; flush(): void } {
  let rest = "";
  return {
    write(text) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const one of lines) line(one);
    },
    flush() {
      if (rest !== "") line(rest);
      rest = "";
    },
  };
}
