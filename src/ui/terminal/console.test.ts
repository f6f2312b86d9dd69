import { describe, expect, it } from "vitest";
import type { LineEnd, ShellInput } from "../../worker/protocol/protocol";
import { Console } from "./console";
import { redraw } from "./prompt-line";

/** What a screen of some width shows of what is written, by the few sequences that are used. */
class FakeScreen {
  rows: string[] = [""];
  #row = 0;
  #column = 0;
  readonly width: number;

  constructor(width = 40) {
    this.width = width;
  }

  write(text: string): void {
    for (const [i, piece] of text.split("\u001B").entries()) {
      const move = i === 0 ? "" : (/^\[\d*[A-Za-z]/.exec(piece)?.[0] ?? "");
      if (move !== "") this.#move(Number(/\d+/.exec(move)?.[0] ?? 1), move.slice(-1));
      for (const c of piece.slice(move.length)) this.#take(c);
    }
  }

  #move(by: number, letter: string): void {
    if (letter === "A") this.#row -= by;
    else if (letter === "C") this.#column += by;
    else if (letter === "J")
      this.rows = [...this.rows.slice(0, this.#row), this.#line.slice(0, this.#column)];
  }

  #take(token: string): void {
    if (token === "\r") this.#column = 0;
    else if (token === "\n") this.#down();
    else if (token === "\b") this.#column--;
    else this.#put(token);
  }

  #put(token: string): void {
    if (this.#column === this.width) {
      this.#column = 0;
      this.#down();
    }
    const line = this.#line.padEnd(this.#column);
    this.rows[this.#row] = line.slice(0, this.#column) + token + line.slice(this.#column + 1);
    this.#column++;
  }

  #down(): void {
    this.#row++;
    this.rows[this.#row] ??= "";
  }

  get #line(): string {
    return this.rows[this.#row] ?? "";
  }

  get text(): string {
    return this.rows.map((row) => row.trimEnd()).join("\n");
  }

  get cursor(): readonly [number, number] {
    return [this.#row, this.#column];
  }
}

/** A console whose shell is a test. */
class Desk {
  readonly screen: FakeScreen;
  readonly console: Console;
  readonly lines: string[] = [];
  readonly inputs: ShellInput[] = [];
  asked = "";
  /** What Tab is offered; null: it is refused. */
  offer: readonly string[] | null = [];
  history: string[] = [];
  /** Until then nothing is told of the shell. */
  silent: Promise<void> | undefined;
  /** The line that runs has ended, and the console has not heard of it yet. */
  deaf = false;
  #end: ((end: LineEnd) => void) | undefined;

  constructor(width = 40) {
    const screen = new FakeScreen(width);
    this.screen = screen;
    this.console = new Console(
      { columns: () => width, write: (t) => screen.write(t), clear: () => {} },
      {
        run: (line) => {
          this.lines.push(line);
          this.console.hear({ t: "started", session: "1", id: `l${this.lines.length}` });
          return new Promise((resolve) => void (this.#end = resolve));
        },
        input: async (_, input) => {
          if (this.deaf) throw new Error("that line has ended");
          this.inputs.push(input);
        },
        complete: async (asked) => {
          const { offer } = this;
          this.asked = asked;
          if (offer === null) throw new Error("no cluster is running");
          const prefix = /\S*$/.exec(asked)?.[0] ?? "";
          return {
            prefix,
            values: offer.filter((v) => v.startsWith(prefix)),
            noSpace: false,
            quote: "",
          };
        },
        unfinished: async (line) => line.endsWith("\\") || /<<EOF(?![\s\S]*\nEOF)/.test(line),
        state: async () => {
          await this.silent;
          return { cwd: "/root", history: this.history };
        },
      },
      () => {},
    );
  }

  async type(data: string): Promise<string> {
    this.console.type(data);
    await settle();
    return this.screen.text;
  }

  say(text: string): void {
    this.console.hear({
      t: "output",
      session: "1",
      id: "l",
      stream: "out",
      text: text.replaceAll("\n", "\r\n"),
    });
  }

  async end(cwd = "/root", unread: readonly string[] = []): Promise<string> {
    this.#end?.({ code: 0, cwd, unread });
    await settle();
    return this.screen.text;
  }
}

/** Lets everything that waits for an answer of the fake shell go on. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

async function desk(width = 40): Promise<Desk> {
  const made = new Desk(width);
  await made.console.begin();
  made.screen.write("\u001B[9A\r\u001B[J");
  return made;
}

describe("a console", () => {
  it("runs a line, shows what comes, and the prompt with the folder again", async () => {
    const d = new Desk();
    await d.console.begin();
    expect(d.screen.rows.at(-1)?.trimEnd()).toBe("~ $");
    await d.type("ls\r");
    d.say("a  b\n");
    await d.end("/root/x");
    expect(d.lines).toEqual(["ls"]);
    expect(d.screen.rows.slice(-3).map((r) => r.trimEnd())).toEqual(["~ $ ls", "a  b", "~/x $"]);
  });

  it("asks for more while a line is not whole, and runs it as one", async () => {
    const d = await desk();
    await d.type("cat <<EOF\rone\rEOF\r");
    expect(d.lines).toEqual(["cat <<EOF\none\nEOF"]);
  });

  it("runs a paste of several lines one after another", async () => {
    const d = await desk();
    await d.type("echo a\recho b\r\necho c");
    expect(d.lines).toEqual(["echo a"]);
    await d.end();
    expect(d.lines).toEqual(["echo a", "echo b"]);
    await d.end();
    expect([d.lines, d.console.line.text]).toEqual([["echo a", "echo b"], "echo c"]);
  });

  it("drops the rest of a paste when it is stopped", async () => {
    const d = await desk();
    await d.type("echo a\recho b\r");
    await d.type("\u0003");
    await d.end();
    expect([d.lines, d.inputs]).toEqual([["echo a"], [{ kind: "interrupt" }]]);
  });

  it("sends keys to what runs: lines, Ctrl+C and Ctrl+D", async () => {
    const d = await desk();
    await d.type("cat\r");
    await d.type("hi\u0004");
    await d.type("\u0004");
    await d.type("\u0003");
    expect(d.inputs).toEqual([{ kind: "text", text: "hi" }, { kind: "end" }, { kind: "interrupt" }]);
  });

  it("sends a paste of several lines to what runs, and Ctrl+D after it", async () => {
    const d = await desk();
    await d.type("cat > f\r");
    await d.type("a: 1\rb: 2\r");
    await d.type("\u0004");
    expect(d.inputs).toEqual([
      { kind: "text", text: "a: 1" },
      { kind: "text", text: "b: 2" },
      { kind: "end" },
    ]);
  });

  it("types at the prompt what a line has not read, and then what was begun meanwhile", async () => {
    const d = new Desk();
    await d.console.begin();
    await d.type("kubectl drain\r");
    await d.type("echo a\r");
    await d.type("echo b\r");
    await d.type("ech");
    await d.end("/root", ["echo a", "echo b"]);
    expect(d.lines).toEqual(["kubectl drain", "echo a"]);
    await d.end();
    expect(d.lines).toEqual(["kubectl drain", "echo a", "echo b"]);
    await d.end();
    expect(d.screen.rows.at(-1)?.trimEnd()).toBe("~ $ ech");
    await d.type("o c\r");
    expect(d.lines.at(-1)).toBe("echo c");
  });

  it.each([false, true])(
    "loses no line that was typed when another had just ended (known: %s)",
    async (known) => {
      const d = await desk();
      await d.type("ls\r");
      d.deaf = true;
      d.console.type("echo a\r");
      if (known) await d.end("/root", ["echo first"]);
      await settle();
      if (!known) await d.end("/root", ["echo first"]);
      await d.end();
      expect(d.lines).toEqual(["ls", "echo first", "echo a"]);
    },
  );

  it("edits what is typed while a line runs, and forgets it with Ctrl+C", async () => {
    const d = new Desk();
    await d.console.begin();
    await d.type("wait\r");
    await d.type("\u007Fab\u007F\u001B[A\tc");
    expect(d.screen.rows.at(-1)?.trimEnd()).toBe("ac");
    await d.type("\u0003");
    await d.end();
    expect([d.screen.rows.at(-1)?.trimEnd(), d.console.line.text]).toEqual(["~ $", ""]);
  });

  it("completes a word, lists what else there is, and escapes what needs it", async () => {
    const d = new Desk();
    await d.console.begin();
    d.offer = ["pods", "podtemplates"];
    await d.type("kubectl get p\t");
    expect(d.screen.rows.at(-1)?.trimEnd()).toBe("~ $ kubectl get pod");
    await d.type("\t");
    expect(d.screen.rows.slice(-2).map((r) => r.trimEnd())).toEqual([
      "pods          podtemplates",
      "~ $ kubectl get pod",
    ]);
    await d.type("s\t");
    expect(d.asked).toBe("kubectl get pods");
    expect(d.console.line.text).toBe("kubectl get pods ");
  });

  it("goes on when nothing can be completed", async () => {
    const d = await desk();
    d.offer = null;
    await d.type("l\t");
    await d.type("s\r");
    expect(d.lines).toEqual(["ls"]);
  });

  it("shows what was done on the stage, above what is being typed, and keeps it in the history", async () => {
    const d = new Desk(80);
    await d.console.begin();
    await d.type("kubectl g");
    d.console.note("kubectl scale deployment/web --replicas=4");
    const [note, prompt] = d.screen.rows.slice(-2);
    expect(note).toContain("kubectl scale deployment/web --replicas=4");
    expect(prompt?.trimEnd()).toBe("~ $ kubectl g");
    await d.type("\u0015\u001B[A");
    expect(d.console.line.text).toBe("kubectl scale deployment/web --replicas=4");
  });

  it("forgets on a rewind what ran and what was typed later", async () => {
    const d = new Desk(80);
    await d.console.begin();
    await d.type("kubectl get pods -w\r");
    d.history = ["ls"];
    await d.console.rewound("01:02.0");
    expect(d.console.running).toBe(false);
    expect(d.screen.text).toContain("01:02.0");
    await d.type("\u001B[A");
    expect(d.console.line.text).toBe("ls");
    await d.end();
    expect(d.screen.rows.at(-1)?.trimEnd()).toBe("~ $ ls");
  });

  it("forgets on a rewind what was half typed into a line that ran, not what stands at the prompt", async () => {
    const d = new Desk(80);
    await d.console.begin();
    await d.type("ech");
    await d.console.rewound("01:02.0");
    expect(d.screen.rows.at(-1)?.trimEnd()).toBe("~ $ ech");
    await d.type("o\r");
    await d.type("half");
    await d.console.rewound("01:02.0");
    expect(d.screen.rows.at(-1)?.trimEnd()).toBe("~ $");
  });

  it("draws no prompt under a line that was entered while a rewind asks where the shell is", async () => {
    const d = new Desk(80);
    await d.console.begin();
    let tell = (): void => {};
    d.silent = new Promise((resolve) => void (tell = resolve));
    void d.console.rewound("01:02.0");
    await d.type("ls\r");
    tell();
    await settle();
    d.say("a\n");
    expect(d.lines).toEqual(["ls"]);
    expect(d.screen.rows.slice(-3).map((r) => r.trimEnd())).toEqual(["~ $ ls", "a", ""]);
  });

  it("searches the history with Ctrl+R", async () => {
    const d = new Desk(80);
    d.history = ["kubectl get nodes", "ls"];
    await d.console.begin();
    await d.type("\u0012nod");
    expect(d.screen.rows.at(-1)).toContain("kubectl get nodes");
    await d.type("\r");
    expect(d.lines).toEqual(["kubectl get nodes"]);
  });
});

it.each([
  ["abc", 3, [0, 5]],
  ["abcdefgh", 8, [1, 0]],
  ["abcdefghij", 3, [0, 5]],
  ["abcdefghijklmnopqrst", 20, [2, 2]],
  ["abcdefghijklmnopqrst", 9, [1, 1]],
])("wraps %s with the cursor at %i", (text, cursor, place) => {
  const screen = new FakeScreen(10);
  const first = redraw({ row: 0 }, "$ ", 2, text, cursor, 10);
  screen.write(first.write);
  expect(screen.cursor).toEqual(place);
  screen.write(redraw(first.drawn, "$ ", 2, "x", 1, 10).write);
  expect([screen.text, screen.cursor]).toEqual(["$ x", [0, 3]]);
});
