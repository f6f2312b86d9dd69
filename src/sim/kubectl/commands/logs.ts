/** `kubectl logs` (kubectl `pkg/cmd/logs/logs.go`, `pkg/polymorphichelpers/logsforobject.go`). */
import { parseTime } from "../../api/time";
import type { Task } from "../../kernel/task";
import { SECOND } from "../../kernel/time";
import type { Command } from "../cli/command";
import { fail, Failure } from "../cli/failure";
import { goTimeProblem } from "../cli/go-time";
import { goQuote } from "../cli/quote";
import { completeContainers, completePods } from "../complete/objects";
import type { Context } from "../context";
import { mustFindObjects } from "../resource/builder";
import { pathOf, refOf, type Info } from "../resource/info";
import { byLogging, defaultContainer, firstPodOf, type PodObject } from "../resource/pods-of";
import type { ResourceInfo } from "../rest/discovery";

const USAGE =
  "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n" +
  "POD or TYPE/NAME is a required argument for the logs command";
/** Lines that a selector shows of each pod. */
const SELECTOR_TAIL = 10;

export const logs: Command = {
  name: "logs",
  group: "debug",
  summary: "Prints what a container of a pod has written",
  usage: "logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]",
  examples: ["kubectl logs web-1", "kubectl logs -f deploy/web", "kubectl logs -l app=web --tail=5 --prefix"],
  flags: [
    { name: "all-containers", type: "bool", help: "Of all containers of the pods." },
    { name: "all-pods", type: "bool", help: "Of all pods of the object." },
    {
      name: "container",
      short: "c",
      type: "string",
      help: "Of this container.",
      complete: completeContainers,
    },
    { name: "follow", short: "f", type: "bool", help: "Go on as more is written." },
    { name: "ignore-errors", type: "bool", help: "Go on after a failure." },
    {
      name: "insecure-skip-tls-verify-backend",
      type: "bool",
      help: "Do not check the kubelet's certificate.",
    },
    { name: "limit-bytes", type: "int64", help: "No more than so many bytes; 0: all." },
    { name: "max-log-requests", type: "int", default: "5", help: "How many logs may be followed at once." },
    { name: "pod-running-timeout", type: "duration", default: "20s", help: "How long to wait for a pod." },
    { name: "prefix", type: "bool", help: "Put pod and container before each line." },
    { name: "previous", short: "p", type: "bool", help: "Of the container before its last restart." },
    { name: "selector", short: "l", type: "string", help: "Of the pods with these labels." },
    { name: "since", type: "duration", default: "0s", help: "What is newer than 5s, 2m, 3h." },
    { name: "since-time", type: "string", help: "What is newer than this time (RFC 3339)." },
    { name: "tail", type: "int64", default: "-1", help: "So many of the last lines; -1: all." },
    { name: "timestamps", type: "bool", help: "Put its time before each line." },
  ],
  complete: completePods,
  run,
};

interface Source {
  readonly pod: PodObject;
  readonly container: string;
}

function* run(context: Context): Task<number> {
  const { flags, args } = context;
  const selector = flags.string("selector");
  if (args.length === 0 && selector === "") throw context.usage(USAGE);
  if (args.length > 2) throw context.usage(USAGE);
  if (args.length === 1 && selector !== "") {
    throw context.usage("only a selector (-l) or a POD name is allowed");
  }
  const container = args[1] ?? flags.string("container");
  checkTime(context);
  const pods = yield* podsOf(context, container);
  const mapping = yield* context.resource("pods");
  const sources = pods.flatMap((pod) => sourcesOf(context, pod, container));
  if (flags.bool("follow") && sources.length > 1) {
    const most = flags.int("max-log-requests");
    if (sources.length > most) {
      throw fail(
        `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${most}, use ` +
          "--max-log-requests to increase the limit",
      );
    }
    return yield* followAll(context, mapping, sources);
  }
  for (const source of sources) yield* tolerant(context, () => showLog(context, mapping, source));
  return 0;
}

function checkTime({ flags }: Context): void {
  const since = flags.string("since-time");
  if (since === "" || !Number.isNaN(parseTime(since))) return;
  throw fail(goTimeProblem(since));
}

function checkNumbers({ flags }: Context, container: string): void {
  if (flags.bool("all-containers") && container !== "") {
    throw fail(`--all-containers=true should not be specified with container name ${container}`);
  }
  if (flags.string("since-time") !== "" && flags.duration("since") !== 0) {
    throw fail("at most one of `sinceTime` or `sinceSeconds` may be specified");
  }
  if (flags.duration("since") < 0) throw fail("--since must be greater than 0");
  if (flags.int("tail") < -1) throw fail("--tail must be greater than or equal to -1");
}

/** The pods that the arguments mean. */
function* podsOf(context: Context, container: string): Task<readonly PodObject[]> {
  const { flags, args, namespace } = context;
  const selector = flags.string("selector");
  if (selector !== "") {
    const { infos } = yield* mustFindObjects(context, { args: ["pods"], namespace, labelSelector: selector });
    const pods = infos.map((info) => info.object as PodObject);
    checkNumbers(context, container);
    if (pods.length === 0) context.err(`No resources found in ${namespace} namespace.\n`);
    return pods;
  }
  const info = yield* namedObject(context, args[0] as string);
  checkNumbers(context, container);
  if (info.mapping.kind === "Pod" && info.mapping.group === "") return [info.object as PodObject];
  const timeout = flags.duration("pod-running-timeout");
  const verb = `cannot get the logs from *${info.mapping.version}.${info.mapping.kind}: `;
  const { pod, all } = yield* firstPodOf(context, info, byLogging, timeout, verb);
  if (flags.bool("all-pods")) return all;
  if (all.length > 1) context.err(`Found ${all.length} pods, using pod/${pod.metadata?.name ?? ""}\n`);
  return [pod];
}

function* namedObject(context: Context, name: string): Task<Info> {
  const args = name.includes("/") ? [name] : ["pods", name];
  try {
    const { infos } = yield* mustFindObjects(context, {
      args,
      namespace: context.namespace,
      singleType: true,
    });
    return infos[0] as Info;
  } catch (e) {
    if (!(e instanceof Failure) || e.status?.reason !== "NotFound") throw e;
    throw fail(`error from server (NotFound): ${e.message} in namespace ${goQuote(context.namespace)}`);
  }
}

function sourcesOf(context: Context, pod: PodObject, asked: string): Source[] {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? {};
  if (context.flags.bool("all-containers")) {
    return [...initContainers, ...containers, ...ephemeralContainers].map((c) => ({
      pod,
      container: c.name,
    }));
  }
  if (asked === "") return [{ pod, container: defaultContainer(context, pod) }];
  if ([...containers, ...initContainers, ...ephemeralContainers].some((c) => c.name === asked)) {
    return [{ pod, container: asked }];
  }
  throw fail(`container ${asked} is not valid for pod ${pod.metadata?.name ?? ""}`);
}

function queryOf({ flags }: Context, { container }: Source): Record<string, string> {
  const query: Record<string, string> = { container };
  for (const name of ["follow", "previous", "timestamps"] as const)
    if (flags.bool(name)) query[name] = "true";
  const tail = flags.int("tail");
  const few = flags.string("selector") !== "" && !flags.changed("tail");
  if (few) query["tailLines"] = String(SELECTOR_TAIL);
  else if (tail !== -1) query["tailLines"] = String(tail);
  const since = Math.round(flags.duration("since") / SECOND);
  if (since !== 0) query["sinceSeconds"] = String(since);
  if (flags.string("since-time") !== "") query["sinceTime"] = flags.string("since-time");
  if (flags.int("limit-bytes") !== 0) query["limitBytes"] = String(flags.int("limit-bytes"));
  return query;
}

/** Runs a step; a failure is only noted where `--ignore-errors` says so. */
function* tolerant(context: Context, step: () => Task): Task {
  try {
    yield* step();
  } catch (e) {
    if (!(e instanceof Failure) || !context.flags.bool("ignore-errors")) throw e;
    context.out(`error: ${e.message}\n`);
  }
}

function* showLog(context: Context, mapping: ResourceInfo, source: Source): Task {
  const { name = "", namespace = "" } = source.pod.metadata ?? {};
  const path = pathOf(mapping, namespace, name, "log");
  const { body, stream } = yield* context.rest.stream(
    path,
    queryOf(context, source),
    "application/json, */*",
  );
  const prefix = context.flags.bool("prefix") ? `[pod/${name}/${source.container}] ` : "";
  const ref = refOf({ mapping, namespace, name });
  const lines = new Lines((line) => context.out(prefix + line, ref));
  if (typeof body === "string") lines.add(body);
  while (stream !== undefined) {
    const item = yield* stream.next();
    if (item === undefined) break;
    lines.add(item as string);
  }
  lines.end();
}

/** Cuts pieces of text into lines, each with its newline. */
class Lines {
  readonly #tell: (line: string) => void;
  #rest = "";

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  add(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() as string;
    for (const line of lines) this.#tell(`${line}\n`);
  }

  end(): void {
    if (this.#rest !== "") this.#tell(this.#rest);
  }
}

/** Follows several logs at once, each in a thread of its own. */
function* followAll(context: Context, mapping: ResourceInfo, sources: readonly Source[]): Task<number> {
  const { process } = context.io;
  const failures: Failure[] = [];
  const threads = sources.map((source) =>
    process.spawn(
      "log",
      (function* (): Task {
        try {
          yield* tolerant(context, () => showLog(context, mapping, source));
        } catch (e) {
          if (!(e instanceof Failure)) throw e;
          failures.push(e);
        }
      })(),
    ),
  );
  for (const thread of threads) yield* thread.done;
  const [first] = failures;
  if (first !== undefined) throw first;
  return 0;
}
