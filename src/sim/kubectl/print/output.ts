/** Lined-up rows on standard output, each with the object that it is about. */
import type { ObjectRef } from "../../terminal/io";
import type { Context } from "../context";
import { Tabwriter, type TabwriterOptions } from "./tabwriter";

export class RowOutput {
  readonly #out: Pick<Context, "out">;
  readonly #writer: Tabwriter;
  #refs: (ObjectRef | undefined)[] = [];
  #written = 0;
  #separate = false;

  constructor(out: Pick<Context, "out">, options: Partial<TabwriterOptions> = {}) {
    this.#out = out;
    this.#writer = new Tabwriter(options);
  }

  /** Lines that have been written. */
  get written(): number {
    return this.#written;
  }

  row(cells: readonly string[], ref?: ObjectRef): void {
    this.#writer.write(`${cells.join("\t")}\n`);
    this.#refs.push(ref);
  }

  /** An empty line goes before whatever is written next. */
  separate(): void {
    this.#separate = true;
  }

  flush(): void {
    const text = this.#writer.flush();
    const refs = this.#refs;
    this.#refs = [];
    if (text === "") return;
    if (this.#separate) this.#out.out("\n");
    this.#separate = false;
    const lines = text.split("\n");
    lines.pop();
    for (const [i, line] of lines.entries()) this.#out.out(`${line}\n`, refs[i]);
    this.#written += lines.length;
  }

  /** Widths of earlier rows do not bind later ones. */
  forget(): void {
    this.#writer.forget();
  }
}
