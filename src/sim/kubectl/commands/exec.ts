/** `kubectl exec` and `kubectl attach` (kubectl `pkg/cmd/exec/exec.go`, `pkg/cmd/attach/attach.go`). */
import { CHANNEL, type StreamOutput } from "../../api/http";
import type { Status } from "../../api/types";
import type { Task } from "../../kernel/task";
import type { Command } from "../cli/command";
import { bare, fail, silent } from "../cli/failure";
import { completeContainers, completePods } from "../complete/objects";
import type { Context } from "../context";
import { mustFindObjects } from "../resource/builder";
import { fileFlags, fileOptions, hasFiles } from "../resource/files";
import { pathOf, type Info } from "../resource/info";
import { byActivity, defaultContainer, firstPodOf, type PodObject } from "../resource/pods-of";
import type { Stream } from "../rest/client";
import { goList } from "../cli/quote";

const SESSION_FLAGS = [
  { name: "container", short: "c", type: "string", help: "In this container.", complete: completeContainers },
  { name: "pod-running-timeout", type: "duration", default: "1m0s", help: "How long to wait for a pod." },
  { name: "quiet", short: "q", type: "bool", help: "Print only what the session prints." },
  { name: "stdin", short: "i", type: "bool", help: "Pass standard input on." },
  { name: "tty", short: "t", type: "bool", help: "Standard input is a terminal." },
] as const;

export const exec: Command = {
  name: "exec",
  group: "debug",
  summary: "Runs a command in a container",
  usage: "exec (POD | TYPE/NAME) [-c CONTAINER] -- COMMAND [args...]",
  examples: ["kubectl exec web-1 -- hostname", "kubectl exec -it deploy/web -- sh"],
  flags: [...SESSION_FLAGS, ...fileFlags("whose pod it is").filter((f) => f.name === "filename")],
  complete: completePods,
  *run(context) {
    const { args, argsBeforeDash } = context;
    const named = hasFiles(fileOptions(context.flags, false)) ? 0 : 1;
    if (argsBeforeDash === undefined && args.length > named) {
      throw context.usage(
        "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead",
      );
    }
    const before = argsBeforeDash ?? args.length;
    if (before < named) throw fail("pod, type/name or --filename must be specified");
    const command = args.slice(before);
    if (command.length === 0) throw fail("you must specify at least one command for the container");
    return yield* runSession(context, "exec", command);
  },
};

export const attach: Command = {
  name: "attach",
  group: "debug",
  summary: "Follows what a running container prints",
  usage: "attach (POD | TYPE/NAME) -c CONTAINER",
  examples: ["kubectl attach web-1"],
  flags: SESSION_FLAGS,
  complete: completePods,
  *run(context) {
    const { args } = context;
    if (args.length === 0) throw fail("at least 1 argument is required for attach");
    if (args.length > 2) {
      const saw = `saw ${args.length}: ${goList(args)}`;
      throw fail(`expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) ${saw}`);
    }
    return yield* runSession(context, "attach", []);
  },
};

function* runSession(context: Context, what: "exec" | "attach", command: readonly string[]): Task<number> {
  const { flags } = context;
  const pod = yield* podOf(context, what);
  const phase = pod.status?.phase ?? "";
  if (phase === "Succeeded" || phase === "Failed") {
    const verb = what === "exec" ? "exec into" : "attach";
    throw fail(`cannot ${verb} a container in a completed pod; current phase is ${phase}`);
  }
  const container = containerOf(context, pod);
  const stdin = flags.bool("stdin");
  const tty = flags.bool("tty") && stdin && !context.io.input.piped;
  if (flags.bool("tty") && !tty) {
    context.err("Unable to use a TTY - input is not a terminal or the right kind of file\n");
  }
  if (what === "attach" && !flags.bool("quiet")) {
    context.err("If you don't see a command prompt, try pressing enter.\n");
  }
  return yield* converse(context, what, pod, { container, command, stdin, tty });
}

export interface Session {
  readonly container: string;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** Talks with a container until the end; gives the exit code. @throws Failure when it is refused */
export function* converse(
  context: Context,
  what: "exec" | "attach",
  pod: PodObject,
  { container, command, stdin, tty }: Session,
): Task<number> {
  const mapping = yield* context.resource("pods");
  const { name = "", namespace = "" } = pod.metadata ?? {};
  const query: Record<string, string> = { container, stdout: "true" };
  if (stdin) query["stdin"] = "true";
  if (tty) query["tty"] = "true";
  else query["stderr"] = "true";
  if (command.length > 0) query["command"] = command.at(-1) as string;
  const repeated = command.length > 1 ? { repeated: { command } } : {};
  const stream = yield* context.rest.converse(pathOf(mapping, namespace, name, what), { query, ...repeated });
  if (stdin) context.io.process.spawn("stdin", passInput(context, stream));
  return yield* passOutput(context, stream);
}

function* podOf(context: Context, what: "exec" | "attach"): Task<PodObject> {
  const { args, flags } = context;
  const files = fileOptions(flags, false);
  const name = args[0] ?? "";
  const named =
    what === "attach" && args.length === 2 ? [...args] : name.includes("/") ? [name] : ["pods", name];
  const selection = hasFiles(files) ? { files, latest: true } : { args: named };
  const { infos } = yield* mustFindObjects(context, { ...selection, namespace: context.namespace });
  const info = infos[0] as Info;
  if (info.mapping.kind === "Pod" && info.mapping.group === "") return info.object as PodObject;
  const verb = `cannot attach to *${info.mapping.version}.${info.mapping.kind}: `;
  const { pod } = yield* firstPodOf(context, info, byActivity, flags.duration("pod-running-timeout"), verb);
  return pod;
}

function containerOf(context: Context, pod: PodObject): string {
  const asked = context.flags.string("container");
  if (asked === "") {
    return defaultContainer(context.flags.bool("quiet") ? muted(context) : context, pod);
  }
  return asked;
}

function muted(context: Context): Context {
  return Object.assign(Object.create(context) as Context, { err: () => {} });
}

/** Hands on what is typed or piped in, then says that it is over. */
function* passInput(context: Context, stream: Stream): Task {
  const { input } = context.io;
  for (let line = yield* input.line(); line !== undefined; line = yield* input.line()) {
    stream.exchange.send({ channel: CHANNEL.stdin, data: `${line}\n` });
  }
  stream.exchange.send({ channel: CHANNEL.close, data: String(CHANNEL.stdin) });
}

/** Prints what comes, and gives the exit code that comes last. */
function* passOutput(context: Context, stream: Stream): Task<number> {
  for (;;) {
    const item = (yield* stream.next()) as StreamOutput | undefined;
    if (item === undefined) {
      if (stream.error === undefined || stream.error === "closed") return 0;
      throw fail("unexpected EOF");
    }
    if (item.channel === CHANNEL.stdout) context.out(item.data);
    else if (item.channel === CHANNEL.stderr) context.err(item.data);
    else return outcome(JSON.parse(item.data) as Status);
  }
}

/** @throws Failure with the command's own exit code */
function outcome(status: Status): number {
  if (status.status === "Success") return 0;
  const code = status.details?.causes?.find((c) => c.reason === "ExitCode")?.message;
  if (status.reason !== "NonZeroExitCode" || code === undefined) throw bare(`error: ${status.message ?? ""}`);
  if (code === "0") throw silent(0);
  throw bare(`command terminated with exit code ${code}`, Number(code));
}
