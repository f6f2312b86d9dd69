import type { Kernel } from "../../../../kernel/kernel";
import { Signal } from "../../../../kernel/task";
import { LiveInput, type Output } from "./io";

/**
 * A terminal as the kernel makes one (its line discipline): what is typed is echoed and gathered to lines, Ctrl+C
 * interrupts, Ctrl+D ends the input, and lines that are written begin at the left.
 */
export class Terminal {
  readonly input: LiveInput;
  /** Notified by Ctrl+C. */
  readonly interrupts: Signal;
  readonly #emit: Output;
  #line = "";

  constructor(kernel: Kernel, emit: Output) {
    this.input = new LiveInput(kernel);
    this.interrupts = new Signal(kernel);
    this.#emit = emit;
  }

  /** What a program writes to it. */
  write(text: string): void {
    this.#emit(text.replace(/\r?\n/g, "\r\n"));
  }

  /** What somebody types. */
  type(keys: string): void {
    for (const key of keys) this.#key(key);
  }

  #key(key: string): void {
    switch (key) {
      case "\r":
      case "\n":
        this.#emit("\r\n");
        this.input.push(`${this.#line}\n`);
        this.#line = "";
        break;
      case "\u0003":
        this.#line = "";
        this.#emit("^C\r\n");
        this.interrupts.notify();
        break;
      case "\u0004":
        if (this.#line === "") this.input.close();
        break;
      case "\u007f":
      case "\b":
        if (this.#line === "") break;
        this.#line = this.#line.slice(0, -1);
        this.#emit("\b \b");
        break;
      default:
        // Arrows and the like mean nothing without line editing.
        if (key < " " && key !== "\t") break;
        this.#line += key;
        this.#emit(key);
    }
  }
}
