/**
 * Commands that somebody runs inside a container, and what is said meanwhile (containerd
 * `internal/cri/streamingserver`, `internal/cri/server/container_exec.go`).
 */
import { CHANNEL, type StreamInput, type StreamOutput } from "../../api/http";
import { internalError } from "../../api/status";
import type { Status } from "../../api/types";
import { STREAM_END, type Exchange } from "../../kernel/connection";
import { Future } from "../../kernel/future";
import type { Process } from "../../kernel/process";
import { race, type Task } from "../../kernel/task";
import type { ContainerContext } from "./container-context";
import { LiveInput, NO_INPUT, type Output } from "./programs/shell/io";
import { Shell, type Streams } from "./programs/shell/shell";
import { Terminal } from "./programs/shell/terminal";

/** What a session has of streams. */
export interface SessionOptions {
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** Where what is typed goes, and whence the program reads and writes. */
interface Wiring {
  readonly streams: Streams;
  type(data: string): void;
  closeInput(): void;
}

/** Runs a command in a container until it ends; its last word is how that was. The stream has not begun yet. */
export function* runSession(
  runtime: Process,
  exchange: Exchange,
  process: Process,
  context: ContainerContext,
  command: readonly string[],
  options: SessionOptions,
): Task {
  exchange.begin({ ok: true, value: null });
  const { kernel } = process;
  const wiring = wire(exchange, process, options);
  const shell = new Shell(process, context, wiring.streams);
  const thread = process.spawn("exec", shell.argv(command));
  const interrupted = new Future<void>(kernel);
  wiring.streams.interrupts?.wait().addWaiter({ settled: () => interrupted.resolve() });
  // A shell takes care of interrupts itself.
  const ends = [
    thread.done as Future<unknown>,
    process.exited as Future<unknown>,
    exchange.closed as Future<unknown>,
  ];
  if (!shell.isInteractive(command)) ends.push(interrupted as Future<unknown>);
  const reader = runtime.spawn("exec input", readInput(exchange, wiring));
  const which = yield* race(kernel, ends);
  reader.cancel();
  if (which === 0) finish(exchange, thread.done.value as number);
  else {
    thread.cancel();
    finish(exchange, which === 1 ? 137 : 130);
  }
}

/** Shows a container's output from now on, and gives its program what is typed, until it ends. */
export function* attachSession(
  runtime: Process,
  exchange: Exchange,
  process: Process,
  terminal: Attachable,
): Task {
  exchange.begin({ ok: true, value: null });
  const say: Output = (data) => exchange.push({ channel: CHANNEL.stdout, data } satisfies StreamOutput);
  terminal.viewers.add(say);
  const wiring: Wiring = {
    streams: { input: NO_INPUT, out: say, err: say },
    type: (data) => terminal.type(data),
    closeInput: () => terminal.closeInput(),
  };
  const reader = runtime.spawn("attach input", readInput(exchange, wiring));
  yield* race(process.kernel, [process.exited as Future<unknown>, exchange.closed as Future<unknown>]);
  reader.cancel();
  terminal.viewers.delete(say);
  finish(exchange, 0);
}

/** A container's main program, for whoever attaches to it. */
export interface Attachable {
  readonly viewers: Set<Output>;
  type(data: string): void;
  closeInput(): void;
}

/** The last word of a session that could not begin. */
export function failSession(exchange: Exchange, why: string): void {
  exchange.begin({ ok: true, value: null });
  endWith(exchange, internalError(`error executing command in container: ${why}`));
}

function wire(exchange: Exchange, { kernel }: Process, { stdin, tty }: SessionOptions): Wiring {
  const say =
    (channel: 1 | 2): Output =>
    (data) =>
      exchange.push({ channel, data } satisfies StreamOutput);
  if (tty) {
    const terminal = new Terminal(kernel, say(CHANNEL.stdout));
    const write: Output = (text) => terminal.write(text);
    const { input, interrupts } = terminal;
    const streams: Streams = { input: stdin ? input : NO_INPUT, out: write, err: write, interrupts };
    return { streams, type: (data) => terminal.type(data), closeInput: () => input.close() };
  }
  const input = new LiveInput(kernel);
  const streams: Streams = {
    input: stdin ? input : NO_INPUT,
    out: say(CHANNEL.stdout),
    err: say(CHANNEL.stderr),
  };
  return { streams, type: (data) => input.push(data), closeInput: () => input.close() };
}

function* readInput(exchange: Exchange, wiring: Wiring): Task {
  for (;;) {
    const item = yield* exchange.input.receive();
    if (item === STREAM_END) return;
    const { channel, data } = item as StreamInput;
    if (channel === CHANNEL.stdin) wiring.type(data);
    else if (channel === CHANNEL.close && data === String(CHANNEL.stdin)) wiring.closeInput();
  }
}

/** Tells how a command ended (client-go `tools/remotecommand/v4.go` reads it). */
function finish(exchange: Exchange, code: number): void {
  if (code === 0) {
    endWith(exchange, { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" } as Status);
    return;
  }
  const status = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
  endWith(exchange, status as Status);
}

function endWith(exchange: Exchange, status: Status): void {
  exchange.push({ channel: CHANNEL.error, data: JSON.stringify(status) } satisfies StreamOutput);
  exchange.end();
}
