import type { Host } from "../kernel/host";
import { addHost } from "../kernel/test-world";
import { Kernel } from "../kernel/kernel";
import { SECOND } from "../kernel/time";
import type { ObjectRef } from "./io";
import { everything } from "./programs/everything";
import { installPrograms } from "./programs/installed";
import { Terminals, type ShellInput } from "./terminal";

/** A terminal on a machine of its own, for tests: type lines, read what comes. */
export class TestTerminal {
  readonly kernel: Kernel;
  readonly host: Host;
  readonly terminals: Terminals;
  /** Output of the last line. */
  out = "";
  err = "";
  code: number | undefined;
  cwd = "/root";
  /** What was typed while the last line ran, and read by nothing. */
  unread: readonly string[] = [];
  refs: (readonly [string, ObjectRef])[] = [];
  edits: { readonly name: string; readonly text: string }[] = [];
  #lines = 0;

  constructor() {
    installPrograms(everything);
    this.kernel = new Kernel({ seed: 1 });
    this.host = addHost(this.kernel, "workstation", "10.0.0.1");
    this.terminals = new Terminals({
      host: this.host,
      variables: {},
      has: () => true,
      certificate: () => undefined,
    });
    this.kernel.runUntil(SECOND);
    this.session.shell.state.cwd = "/root";
    this.host.disk.write("/root/", "");
  }

  get session() {
    return this.terminals.session("1");
  }

  /** Types a line; it has begun when this returns. */
  type(line: string): void {
    this.out = "";
    this.err = "";
    this.code = undefined;
    this.refs = [];
    this.edits = [];
    const id = `line-${++this.#lines}`;
    this.terminals.listen(id, {
      output: (stream, text, ref) => {
        if (stream === "out") this.out += text;
        else this.err += text;
        if (ref !== undefined) this.refs.push([text, ref]);
      },
      edit: (name, text) => void this.edits.push({ name, text }),
      exit: (code, cwd, unread) => {
        this.code = code;
        this.cwd = cwd;
        this.unread = unread;
      },
    });
    this.kernel.external(() => this.terminals.run("1", id, line, 80, false));
  }

  /** Types a line and lets `seconds` pass; gives its output. */
  run(line: string, seconds = 1): string {
    this.type(line);
    this.wait(seconds);
    return this.out;
  }

  input(input: ShellInput): void {
    this.kernel.external(() => this.session.input(input));
  }

  wait(seconds: number): void {
    this.kernel.runUntil(this.kernel.now + seconds * SECOND);
  }

  write(path: string, text: string): void {
    this.host.disk.write(path, text);
  }

  read(path: string): unknown {
    return this.host.disk.read(path);
  }
}
