/**
 * The line at the prompt, as readline edits it: pure, it knows no screen. Bytes from the keyboard go in, and what
 * they mean comes out.
 */

/** What a key press asked for beyond editing. */
export type LineEvent =
  | { readonly t: "changed" }
  /** Enter: `line` is what was typed. */
  | { readonly t: "line"; readonly line: string }
  | { readonly t: "complete" }
  | { readonly t: "interrupt" }
  /** Ctrl+D on an empty line. */
  | { readonly t: "end" }
  | { readonly t: "clear" };

export interface Search {
  readonly wanted: string;
  /** Place in the history of what was found; -1: nothing. */
  readonly at: number;
}

export class LineEditor {
  text = "";
  cursor = 0;
  search: Search | null = null;
  #history: string[] = [];
  /** Place in the history that is shown; its length: the new line. */
  #place = 0;
  #draft = "";
  #killed = "";

  get history(): readonly string[] {
    return this.#history;
  }

  setHistory(lines: readonly string[]): void {
    this.#history = [...lines];
    this.#place = this.#history.length;
  }

  /** Adds a line, unless it is the last one again. */
  remember(line: string): void {
    if (line.trim() !== "" && this.#history.at(-1) !== line) this.#history.push(line);
    this.#place = this.#history.length;
  }

  /** Empties the line. */
  reset(): void {
    this.text = "";
    this.cursor = 0;
    this.search = null;
    this.#place = this.#history.length;
    this.#draft = "";
  }

  insert(text: string): void {
    this.text = this.text.slice(0, this.cursor) + text + this.text.slice(this.cursor);
    this.cursor += text.length;
  }

  /** Puts `text` in the place of the last `length` characters before the cursor. */
  replaceBefore(length: number, text: string): void {
    this.text = this.text.slice(0, this.cursor - length) + text + this.text.slice(this.cursor);
    this.cursor += text.length - length;
  }

  /** What the search has found. */
  get found(): string {
    return this.search === null ? "" : (this.#history[this.search.at] ?? "");
  }

  /**
   * Takes one key: a character or an escape sequence.
   * @returns what it meant, undefined when nothing
   */
  key(key: string): LineEvent | undefined {
    if (this.search !== null) {
      const event = this.#searching(key);
      if (event !== "leave") return event;
    }
    const act = KEYS[key];
    if (act !== undefined) return act(this) ?? { t: "changed" };
    if (key === "\r" || key === "\n") return this.#enter();
    if (key.startsWith("\u001B") || key < " " || key === "\u007F") return undefined;
    this.insert(key);
    return { t: "changed" };
  }

  #enter(): LineEvent {
    const line = this.text;
    this.reset();
    return { t: "line", line };
  }

  #searching(key: string): LineEvent | undefined | "leave" {
    const { wanted, at } = this.search as Search;
    if (key === "\u0012") return this.#find(wanted, at - 1);
    if (key === "\u007F" || key === "\b") return this.#find(wanted.slice(0, -1), this.#history.length - 1);
    if (key === "\u0003" || key === "\u0007") {
      this.search = null;
      return { t: "changed" };
    }
    if (key >= " " && !key.startsWith("\u001B"))
      return this.#find(wanted + key, at < 0 ? this.#history.length - 1 : at);
    const line = this.found;
    this.search = null;
    if (line !== "") this.#show(line);
    return "leave";
  }

  #find(wanted: string, from: number): LineEvent {
    let at = from;
    while (at >= 0 && !(this.#history[at] ?? "").includes(wanted)) at--;
    // Nothing older: what was found stays.
    const kept =
      at < 0 && (this.#history[this.search?.at ?? -1] ?? "").includes(wanted) ? (this.search?.at ?? -1) : at;
    this.search = { wanted, at: kept };
    return { t: "changed" };
  }

  startSearch(): void {
    this.search = { wanted: "", at: -1 };
  }

  /** One line up or down in the history. */
  walk(by: number): void {
    const place = this.#place + by;
    if (place < 0 || place > this.#history.length) return;
    if (this.#place === this.#history.length) this.#draft = this.text;
    this.#place = place;
    this.#show(this.#history[place] ?? this.#draft);
  }

  #show(line: string): void {
    this.text = line;
    this.cursor = line.length;
  }

  moveTo(cursor: number): void {
    this.cursor = Math.max(0, Math.min(this.text.length, cursor));
  }

  /** Removes what is between two places; `kill`: it can be put back with Ctrl+Y. */
  remove(from: number, to: number, kill = false): void {
    if (kill && to > from) this.#killed = this.text.slice(from, to);
    this.text = this.text.slice(0, from) + this.text.slice(to);
    this.cursor = from;
  }

  yank(): void {
    this.insert(this.#killed);
  }

  wordBefore(): number {
    let at = this.cursor;
    while (at > 0 && this.text[at - 1] === " ") at--;
    while (at > 0 && this.text[at - 1] !== " ") at--;
    return at;
  }

  wordAfter(): number {
    let at = this.cursor;
    while (at < this.text.length && this.text[at] === " ") at++;
    while (at < this.text.length && this.text[at] !== " ") at++;
    return at;
  }
}

type Act = (line: LineEditor) => LineEvent | undefined | void;

const back: Act = (line) => {
  if (line.cursor > 0) line.remove(line.cursor - 1, line.cursor);
};
const left: Act = (line) => line.moveTo(line.cursor - 1);
const right: Act = (line) => line.moveTo(line.cursor + 1);
const home: Act = (line) => line.moveTo(0);
const end: Act = (line) => line.moveTo(line.text.length);
const up: Act = (line) => line.walk(-1);
const down: Act = (line) => line.walk(1);
const erase: Act = (line) => {
  const { cursor } = line;
  if (cursor < line.text.length) line.remove(cursor, cursor + 1);
};
const eraseWord: Act = (line) => line.remove(line.wordBefore(), line.cursor, true);
const wordLeft: Act = (line) => line.moveTo(line.wordBefore());
const wordRight: Act = (line) => line.moveTo(line.wordAfter());

/** Keys as a terminal sends them. */
const KEYS: Readonly<Record<string, Act | undefined>> = {
  "\t": () => ({ t: "complete" }),
  "\u0001": home,
  "\u0002": left,
  "\u0003": () => ({ t: "interrupt" }),
  "\u0004": (line) => (line.text === "" ? { t: "end" } : erase(line)),
  "\u0005": end,
  "\u0006": right,
  "\b": back,
  "\u000B": (line) => {
    const { cursor } = line;
    line.remove(cursor, line.text.length, true);
  },
  "\u000C": () => ({ t: "clear" }),
  "\u000E": down,
  "\u0010": up,
  "\u0012": (line) => line.startSearch(),
  "\u0015": (line) => line.remove(0, line.cursor, true),
  "\u0017": eraseWord,
  "\u0019": (line) => line.yank(),
  "\u007F": back,
  "\u001B\u007F": eraseWord,
  "\u001B[A": up,
  "\u001BOA": up,
  "\u001B[B": down,
  "\u001BOB": down,
  "\u001B[C": right,
  "\u001BOC": right,
  "\u001B[D": left,
  "\u001BOD": left,
  "\u001B[H": home,
  "\u001BOH": home,
  "\u001B[F": end,
  "\u001BOF": end,
  "\u001B[3~": erase,
  "\u001Bb": wordLeft,
  "\u001B[1;5D": wordLeft,
  "\u001B[1;3D": wordLeft,
  "\u001Bf": wordRight,
  "\u001B[1;5C": wordRight,
  "\u001B[1;3C": wordRight,
};

/** Cuts what the keyboard or a paste sent into keys. */
export function keysOf(data: string): string[] {
  // oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character
  return data.match(/\u001B(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z]|[^[O])?|[\s\S]/gu) ?? [];
}

/** What all of several words begin with. */
export function commonStart(words: readonly string[]): string {
  let start = words[0] ?? "";
  for (const word of words) while (!word.startsWith(start)) start = start.slice(0, -1);
  return start;
}

/** Words in columns that fit into `width`, as `ls` lists them: down, then across. */
export function columns(words: readonly string[], width: number): string[] {
  const wide = Math.max(...words.map((w) => w.length)) + 2;
  const across = Math.max(1, Math.floor(width / wide));
  const rows = Math.ceil(words.length / across);
  return Array.from({ length: rows }, (_, row) =>
    words
      .filter((_, i) => i % rows === row)
      .map((w) => w.padEnd(wide))
      .join("")
      .trimEnd(),
  );
}
