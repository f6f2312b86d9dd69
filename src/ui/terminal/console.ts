/**
 * A terminal of the workstation: joins the screen, the line at the prompt and the shell in the worker. It lives
 * longer than the panel that shows it.
 */
import type { Completion, LineEnd, ShellInput, TerminalNews } from "../../worker/protocol/protocol";
import { text } from "../i18n/en";
import { LineEditor, columns, commonStart, keysOf, type LineEvent } from "./line-editor";
import { oneLine } from "./one-line";
import { printable } from "./printable";
import { redraw, type Drawn } from "./prompt-line";

/** What the console needs of the screen. */
export interface Screen {
  readonly columns: () => number;
  readonly write: (text: string) => void;
  readonly clear: () => void;
}

/** What it needs of the worker. */
export interface Wire {
  readonly run: (line: string, width: number) => Promise<LineEnd>;
  readonly input: (id: string, input: ShellInput) => Promise<unknown>;
  readonly complete: (text: string, width: number) => Promise<Completion>;
  readonly unfinished: (line: string) => Promise<boolean>;
  readonly state: () => Promise<{ readonly cwd: string; readonly history: readonly string[] }>;
}

const DIM = "\u001B[90m";
const BLUE = "\u001B[34m";
const RED = "\u001B[31m";
const PLAIN = "\u001B[0m";

/** Control keys that a terminal knows while a line runs; the others belong to the line at the prompt. */
const WHILE_RUNNING = "\r\n\b\u0003\u0004";

const HOME = "/root";
const shortened = (cwd: string): string =>
  cwd === HOME ? "~" : cwd.startsWith(`${HOME}/`) ? `~${cwd.slice(HOME.length)}` : cwd;

export class Console {
  readonly line = new LineEditor();
  /** Id of the line that runs; `""` when it is not known yet (or nothing was begun), null at the prompt. */
  #running: string | null = "";
  #cwd = HOME;
  #drawn: Drawn = { row: 0 };
  /** Lines above that the line at the prompt goes on from (an open quote, a here-document). */
  #above: string[] = [];
  /** Keys to take; those that are for the prompt (of several lines pasted there, say) wait while a line runs. */
  #waiting: { readonly key: string; readonly forPrompt: boolean }[] = [];
  /** So many of the keys that wait come from what the line before has left unread. */
  #unread = 0;
  #busy = false;
  /** Raised by a rewind: what was asked before it is not answered any more. */
  #epoch = 0;
  /** The last output ended in the middle of a line. */
  #midLine = false;
  readonly #screen: Screen;
  readonly #wire: Wire;
  readonly #changed: () => void;

  constructor(screen: Screen, wire: Wire, changed: () => void) {
    this.#screen = screen;
    this.#wire = wire;
    this.#changed = changed;
  }

  get running(): boolean {
    return this.#running !== null && this.#running !== "";
  }

  /** Greets, learns what was typed before, and shows the prompt. */
  async begin(): Promise<void> {
    this.#screen.write(`${DIM}${text.terminal.greeting}${PLAIN}\r\n`);
    await this.#learn();
    this.#running = null;
    this.#prompt();
    void this.#work();
  }

  /** Takes what the keyboard sent, or what was pasted. */
  type(data: string): void {
    const keys = keysOf(data.replaceAll("\r\n", "\r"));
    // Ctrl+C is for what runs, not for what was to be run later.
    if (data === "\u0003") this.#dropKeys();
    const forPrompt = this.#running === null && /\r./.test(data);
    this.#waiting.push(...keys.map((key) => ({ key, forPrompt })));
    void this.#work();
  }

  /** Shows what the worker says of a line. */
  hear(news: TerminalNews): void {
    if (news.t === "output") this.#print(news.text);
    if (news.t !== "started") return;
    this.#running = news.id;
    this.#changed();
    void this.#work();
  }

  /** Shows a line that was done on the stage, in kubectl's words. */
  note(line: string): void {
    if (this.#running === null) this.#erase();
    this.#screen.write(`${DIM}$ ${printable(line)}   ${text.terminal.fromStage}${PLAIN}\r\n`);
    this.line.remember(line);
    if (this.#running === null) this.#draw();
  }

  /** The answer of the editor. */
  edited(id: string, saved: string | null): void {
    void this.#wire.input(id, { kind: "edited", text: saved }).catch(() => {});
  }

  interrupt(): void {
    if (this.#running) void this.#wire.input(this.#running, { kind: "interrupt" }).catch(() => {});
  }

  /**
   * The cluster went back in time, or is another: what ran is gone, and so is what was typed after that moment.
   * `word` says so.
   */
  async rewound(word: string): Promise<void> {
    this.#epoch++;
    const wasRunning = this.#running !== null;
    this.#running = null;
    this.#busy = false;
    this.#dropKeys();
    this.#above = [];
    if (!wasRunning) this.#erase();
    else if (this.#midLine) this.#screen.write("\r\n");
    this.#midLine = false;
    if (wasRunning) this.line.reset();
    this.#screen.write(`${DIM}── ${word} ──${PLAIN}\r\n`);
    this.#changed();
    const epoch = this.#epoch;
    await this.#learn();
    // Meanwhile a line may have been begun, and even entered.
    if (epoch === this.#epoch) this.refresh();
  }

  /** The width has changed, or the prompt: draws the line again. */
  refresh(): void {
    if (this.#running === null) this.#draw();
  }

  async #learn(): Promise<void> {
    const { cwd, history } = await this.#wire.state();
    this.#cwd = cwd;
    this.line.setHistory(history.map(oneLine));
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const epoch = this.#epoch;
    try {
      while (epoch === this.#epoch) {
        const [next] = this.#waiting;
        if (next === undefined || this.#running === "" || (this.#running !== null && next.forPrompt)) return;
        this.#waiting.shift();
        this.#unread = Math.max(0, this.#unread - 1);
        await (this.#running === null
          ? this.#atPrompt(next.key)
          : this.#whileRunning(this.#running, next.key));
      }
    } finally {
      if (epoch === this.#epoch) this.#busy = false;
    }
  }

  async #atPrompt(key: string): Promise<void> {
    const event = this.line.key(key);
    if (event !== undefined) await this.#follow(event);
  }

  async #follow(event: LineEvent): Promise<void> {
    switch (event.t) {
      case "changed":
        this.#draw();
        return;
      case "line":
        await this.#enter(event.line);
        return;
      case "complete":
        await this.#complete();
        return;
      case "interrupt":
        this.line.moveTo(this.line.text.length);
        this.#draw();
        this.#screen.write("^C\r\n");
        this.line.reset();
        this.#above = [];
        this.#prompt();
        return;
      case "end":
        this.#screen.write(`\r\n${DIM}${text.terminal.stays}${PLAIN}\r\n`);
        this.#prompt();
        return;
      case "clear":
        this.#screen.clear();
        this.#drawn = { row: 0 };
        this.#draw();
    }
  }

  async #enter(line: string): Promise<void> {
    this.#finishLine(line);
    const whole = [...this.#above, line].join("\n");
    if (whole.trim() === "") {
      this.#prompt();
      return;
    }
    const epoch = this.#epoch;
    // From here on there is no line at the prompt that could be drawn again.
    this.#running = "";
    const unfinished = await this.#wire.unfinished(whole).catch(() => false);
    if (epoch !== this.#epoch) return;
    if (unfinished) {
      this.#running = null;
      this.#above.push(line);
      this.#prompt();
      return;
    }
    this.#above = [];
    this.line.remember(oneLine(whole));
    this.#run(whole);
  }

  /** Draws the line a last time, with the cursor at its end, and goes below it. */
  #finishLine(line: string): void {
    const { prompt, length } = this.#promptText();
    const { write } = redraw(this.#drawn, prompt, length, line, line.length, this.#screen.columns());
    this.#screen.write(`${write}\r\n`);
    this.#drawn = { row: 0 };
  }

  #run(line: string): void {
    this.#midLine = false;
    const epoch = this.#epoch;
    this.#wire.run(line, this.#screen.columns()).then(
      ({ cwd, unread }) => {
        if (epoch !== this.#epoch) return;
        this.#cwd = cwd;
        this.#ended(unread);
      },
      (error: unknown) => {
        if (epoch !== this.#epoch) return;
        this.#screen.write(
          `${RED}${printable(error instanceof Error ? error.message : String(error))}${PLAIN}\r\n`,
        );
        this.#ended([]);
      },
    );
  }

  /** What was typed while the line ran, and what it has not read, is for the prompt, as in any terminal. */
  #ended(unread: readonly string[]): void {
    this.#running = null;
    const typed = [...unread, this.line.text].join("\r");
    this.line.reset();
    this.#unread = 0;
    this.#unread = this.#putBack(typed);
    if (this.#midLine) this.#screen.write("\r\n");
    this.#midLine = false;
    this.#prompt();
    this.#changed();
    void this.#work();
  }

  #dropKeys(): void {
    this.#waiting = [];
    this.#unread = 0;
  }

  /** Puts text before the keys that wait, to be taken at the prompt. @returns how many keys it is */
  #putBack(typed: string): number {
    const keys = keysOf(typed);
    this.#waiting.splice(this.#unread, 0, ...keys.map((key) => ({ key, forPrompt: true })));
    return keys.length;
  }

  /** While a line runs, keys go to it line by line. */
  async #whileRunning(id: string, key: string): Promise<void> {
    if (key < " " && !WHILE_RUNNING.includes(key)) return;
    const before = this.line.text;
    // Ctrl+D behind some text hands that over, and only on an empty line says that this is the end.
    const event = this.line.key(key === "\u0004" && before !== "" ? "\r" : key);
    if (event?.t === "interrupt") {
      this.line.reset();
      this.#screen.write("^C\r\n");
      this.#midLine = false;
      await this.#wire.input(id, { kind: "interrupt" }).catch(() => {});
    } else if (event?.t === "end") await this.#wire.input(id, { kind: "end" }).catch(() => {});
    else if (event?.t === "line") {
      this.#screen.write("\r\n");
      this.#midLine = false;
      const epoch = this.#epoch;
      await this.#wire.input(id, { kind: "text", text: event.line }).catch(() => {
        // It had ended before it heard.
        if (epoch === this.#epoch) this.#putBack(`${event.line}\r`);
      });
    } else if (event?.t === "changed" && this.line.text !== before) {
      this.#screen.write(this.line.text.length < before.length ? "\b \b" : key);
      this.#midLine = true;
    }
  }

  #print(output: string): void {
    if (output === "") return;
    this.#screen.write(printable(output));
    this.#midLine = !output.endsWith("\n") && !output.endsWith("\u001B[3J");
  }

  async #complete(): Promise<void> {
    const { line } = this;
    const before = [...this.#above, line.text.slice(0, line.cursor)].join("\n");
    const epoch = this.#epoch;
    // A Tab that is refused (there is no cluster yet, say) offers nothing.
    const offer = await this.#wire.complete(before, this.#screen.columns()).catch(() => undefined);
    if (epoch !== this.#epoch || offer === undefined || offer.values.length === 0) return;
    const { prefix, values, noSpace, quote } = offer;
    const start = commonStart(values);
    if (start.length > prefix.length) {
      const added = start.slice(prefix.length);
      line.insert(quote === "" ? added.replace(/[ '"\\$&|;()<>*?]/g, "\\$&") : added);
    }
    const done = values.length === 1 && !noSpace && !start.endsWith("/") && !/[=:]$/.test(start);
    if (done) line.insert(`${quote} `);
    if (values.length > 1 && start.length <= prefix.length) this.#list(values);
    this.#draw();
  }

  /** Lists what may stand here, below the line. Of paths only the last part is shown. */
  #list(values: readonly string[]): void {
    const paths = values.every((v) => v.includes("/"));
    const names = paths ? values.map((v) => v.slice(v.replace(/\/$/, "").lastIndexOf("/") + 1)) : values;
    this.line.moveTo(this.line.cursor);
    this.#finishLine(this.line.text);
    const shown = names.slice(0, 200);
    for (const row of columns(shown, this.#screen.columns()))
      this.#screen.write(`${DIM}${printable(row)}${PLAIN}\r\n`);
    if (names.length > shown.length)
      this.#screen.write(`${DIM}${text.terminal.more(names.length - shown.length)}${PLAIN}\r\n`);
  }

  #promptText(): { readonly prompt: string; readonly length: number } {
    if (this.#above.length > 0) return { prompt: `${DIM}> ${PLAIN}`, length: 2 };
    const where = shortened(this.#cwd);
    return { prompt: `${DIM}${where}${PLAIN} ${BLUE}$${PLAIN} `, length: where.length + 3 };
  }

  #prompt(): void {
    this.#drawn = { row: 0 };
    this.#draw();
  }

  #draw(): void {
    const { line } = this;
    const width = this.#screen.columns();
    const search = line.search === null ? null : text.terminal.search(line.search.wanted);
    const { prompt, length } =
      search === null ? this.#promptText() : { prompt: `${DIM}${search}${PLAIN}`, length: search.length };
    const shown = search === null ? line.text : line.found;
    const { write, drawn } = redraw(
      this.#drawn,
      prompt,
      length,
      shown,
      search === null ? line.cursor : shown.length,
      width,
    );
    this.#screen.write(write);
    this.#drawn = drawn;
  }

  /** Takes the line off the screen, to write above it. */
  #erase(): void {
    const up = this.#drawn.row > 0 ? `\u001B[${this.#drawn.row}A` : "";
    this.#screen.write(`${up}\r\u001B[J`);
    this.#drawn = { row: 0 };
  }
}
