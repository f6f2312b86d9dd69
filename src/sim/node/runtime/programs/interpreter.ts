import { Future } from "../../../kernel/future";
import type { Process, Program } from "../../../kernel/process";
import { TIMED_OUT, within, type Task } from "../../../kernel/task";
import { MS, SECOND } from "../../../kernel/time";
import type { ContainerContext } from "../container-context";
import type { Behaviour } from "./behaviour";
import { callsOf, configure } from "./configure";
import { startLines, stopLines } from "./log-lines";
import { RequestServer } from "./server";
import { Shell } from "./shell/shell";

/** A draining server looks again after this long. */
const DRAIN_POLL = 5 * MS;
/** A handler of the stop signal needs a moment. */
const TERM_MOMENT = 10 * MS;

/** The main program of a container whose image is described as data. */
export function behaviourProgram(declared: Behaviour, context: ContainerContext): Program {
  return function* main(process) {
    const { container } = context;
    const behaviour = configure(declared, container.env);
    process.cpuMilli = behaviour.cpuMilli;
    takeMemory(process, context, behaviour.memoryBytes);
    if (behaviour.leak > 0) process.spawn("leak", leak(process, context, behaviour.leak));
    if (behaviour.startup > 0) {
      const term = yield* within(context.term, behaviour.startup);
      if (term !== TIMED_OUT) yield* onTerm(process, context, behaviour, undefined);
    }
    let server: RequestServer | undefined;
    if (behaviour.serving !== undefined) {
      server = new RequestServer(process, context, behaviour, behaviour.serving, callsOf(container.env));
      process.view = server;
      if (!server.open()) {
        context.log(`bind() to 0.0.0.0:${behaviour.serving.port} failed (98: Address already in use)`);
        process.exit(1, "Error");
      }
      const { port } = behaviour.serving;
      const lines = startLines(behaviour.logs, container.image, port, process.now);
      for (const line of lines) context.log(line);
    }
    if (behaviour.ends !== undefined) {
      const term = yield* within(context.term, behaviour.ends.after);
      if (term === TIMED_OUT) {
        if (behaviour.logs === "plain") context.log(endLine(behaviour.ends.code));
        exit(process, behaviour.ends.code);
      }
    } else yield* context.term;
    yield* onTerm(process, context, behaviour, server);
  };
}

/** The main program of a container that runs a command in its image's shell. PID 1 without a handler: no SIGTERM. */
export function shellProgram(argv: readonly string[], context: ContainerContext): Program {
  return function* main(process) {
    process.cpuMilli = 1;
    takeMemory(process, context, 1024 * 1024);
    const { input, write, interrupts } = context;
    const shell = new Shell(process, context, { input, out: write, err: write, interrupts });
    const code = yield* shell.argv(argv);
    exit(process, code);
  };
}

function exit(process: Process, code: number): never {
  process.exit(code, code === 0 ? "Completed" : "Error");
}

function endLine(code: number): string {
  return code === 0 ? "done" : `fatal: giving up (exit code ${code})`;
}

function* onTerm(
  process: Process,
  context: ContainerContext,
  behaviour: Behaviour,
  server: RequestServer | undefined,
): Task {
  const { onTerm: action } = behaviour;
  if (action.kind === "ignore") {
    yield* new Future<void>(process.kernel);
    return;
  }
  for (const line of stopLines(behaviour.logs, process.now)) context.log(line);
  yield TERM_MOMENT;
  if (action.kind === "drain") {
    while ((server?.inFlight ?? 0) > 0) yield DRAIN_POLL;
  }
  exit(process, action.code);
}

function* leak(process: Process, context: ContainerContext, bytesPerSecond: number): Task {
  for (;;) {
    yield 1 * SECOND;
    takeMemory(process, context, process.memoryBytes + bytesPerSecond);
  }
}

/** Sets what it uses; the kernel of the host ends it when that is more than its limit, or than the host has. */
function takeMemory(process: Process, context: ContainerContext, bytes: number): void {
  process.memoryBytes = bytes;
  const limit = context.container.resources.memoryLimit;
  const overLimit = limit > 0 && bytes > limit;
  if (overLimit || (limit === 0 && bytes > 64 * 1024 * 1024 && hostIsFull(process))) {
    process.exit(137, "OOMKilled");
  }
}

function hostIsFull(process: Process): boolean {
  let total = 0;
  for (const p of process.host.processes.values()) total += p.memoryBytes;
  return total > process.host.memoryBytes;
}
