import { assert } from "../../shared/assert";
import { ok, type Result } from "../../shared/result";
import type { ObjectFact } from "../apiserver/storage/stored-value";
import { Kernel } from "../kernel/kernel";
import type { Process } from "../kernel/process";
import { MS, SECOND, type Micros } from "../kernel/time";
import type { Fact } from "../kernel/trace";
import type { ClusterConfig, Command, History, HistoryEntry, HttpRequestSpec } from "./commands";
import { Calls, outcomeOf } from "./calls";
import { configError } from "./config";
import { Install } from "./install";
import { Machines } from "./machines";
import { plan } from "./plan";
import { Recorded } from "./recorded";
import type { Answer, StreamCall, StreamSink } from "./workstation";

/** A cluster that has not settled by then is shown as it is. */
const BOOT_LIMIT = 240 * SECOND;
/** Stage opens this long after all that was installed is ready. */
const SETTLE = 2 * SECOND;

export interface ClusterOptions {
  /** Messages that the trace keeps. */
  readonly traceMessages?: number;
  /** See `KernelOptions`. */
  readonly pulse?: (now: Micros) => void;
}

/**
 * A whole cluster: machines and what stands around them, put together as kubeadm would, with its history.
 *
 * It only composes: components find each other by address. What a user does goes through `apply`.
 */
export class Cluster {
  readonly kernel: Kernel;
  readonly config: ClusterConfig;
  readonly machines: Machines;
  /** What etcd has recorded, for read models; components never see it. */
  readonly recorded: Recorded;
  readonly #entries: HistoryEntry[] = [];
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  /** Requests of clients whose answers may go on. */
  readonly calls: Calls;
  #openedAt: Micros = 0;
  #tellEntry: ((entry: HistoryEntry) => void) | undefined;

  constructor(config: ClusterConfig, options: ClusterOptions = {}) {
    const wrong = configError(config);
    assert(wrong === undefined, () => String(wrong));
    this.config = config;
    this.kernel = new Kernel({ seed: config.seed, slimFact, ...options });
    this.recorded = new Recorded(this.kernel.network);
    this.machines = new Machines(this.kernel, config, this.recorded);
    this.calls = new Calls(this.machines.workstation, this.kernel);
    new Install(this).begin();
  }

  /** Lives through a history again, up to its last command; `until` (µs) stops earlier or goes on longer. */
  static replay(history: History, until?: Micros, options?: ClusterOptions): Cluster {
    const cluster = new Cluster(history.config, options);
    cluster.boot();
    for (const { at, command } of history.entries) {
      if (until !== undefined && at > until) break;
      cluster.kernel.runUntil(at);
      const outcome = cluster.apply(command);
      assert(outcome.ok, () => `a command of the history failed: ${JSON.stringify(command)}`);
    }
    if (until !== undefined && until > cluster.kernel.now) cluster.kernel.runUntil(until);
    return cluster;
  }

  get history(): History {
    return { version: 1, config: this.config, entries: this.#entries };
  }

  /** When the stage opened: everything installed was ready, or the limit had passed. */
  get openedAt(): Micros {
    return this.#openedAt;
  }

  /** Runs from power-on to the moment when the stage opens. */
  boot(): void {
    const { kernel } = this;
    while (kernel.now < BOOT_LIMIT && !this.#settled()) kernel.runUntil(kernel.now + 100 * MS);
    kernel.runUntil(kernel.now + SETTLE);
    this.#openedAt = kernel.now;
  }

  /** Carries out a command at the current instant and remembers it. Refused commands change nothing. */
  apply(command: Command): Result<void, string> {
    const { kernel } = this;
    // A replay runs whole instants: so must we before a command is given in the middle of one.
    kernel.runUntil(kernel.now);
    const planned = plan(this, command);
    if (!planned.ok) return planned;
    const entry: HistoryEntry = { at: kernel.now, command };
    this.#entries.push(entry);
    this.#tellEntry?.(entry);
    kernel.external(() => {
      kernel.fact("command", subjectOf(command), command);
      planned.value();
    });
    return ok(undefined);
  }

  /** Asks to be told what enters the history, before it is carried out. */
  onEntry(tell: (entry: HistoryEntry) => void): void {
    this.#tellEntry = tell;
  }

  /** Sends a request from the operator's workstation; `done` gets the answer when it has arrived. */
  submit(request: HttpRequestSpec, done: (answer: Answer) => void): void {
    this.machines.workstation.submit(request, done);
  }

  /** As `submit`, for an answer that may go on (a watch, a log). `cancel` hangs up. */
  stream(request: HttpRequestSpec, sink: StreamSink): StreamCall {
    return this.machines.workstation.stream(request, sink);
  }

  /** Asks to be told the answer to the http command of this id. */
  onAnswer(id: string, tell: (answer: Answer) => void): void {
    this.#waiting.set(id, tell);
  }

  /** Called when the answer to an http command has arrived at the workstation. */
  answered(id: string, answer: Answer): void {
    this.kernel.fact("answer", id, outcomeOf(answer));
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }

  /** The live processes of a pod's containers, wherever they run. */
  containerProcesses(namespace: string, pod: string, container?: string): Process[] {
    return this.machines.containerProcesses(namespace, pod, container);
  }

  /** Hash over every event, and over what is recorded and what runs: equal runs have equal hashes. */
  hash(): string {
    return `${this.kernel.hash}-${this.recorded.digest()}-${this.#actualDigest()}`;
  }

  #actualDigest(): string {
    let h = 0x811c9dc5;
    const mix = (text: string): void => {
      for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    };
    for (const host of this.kernel.network.hosts.values()) {
      mix(`${host.name}${host.powered ? "+" : "-"}`);
      for (const p of host.processes.values()) mix(`${p.name}@${p.startedAt}`);
    }
    return (h >>> 0).toString(16).padStart(8, "0");
  }

  #settled(): boolean {
    const { recorded, config } = this;
    if (recorded.nodesReady() < config.masters + config.workers || !recorded.workloadsReady()) return false;
    return !config.cloud || recorded.addressesReady();
  }
}

/** Old facts about objects keep what was done and by whom, not the objects themselves. */
function slimFact(fact: Fact): unknown {
  if (fact.kind !== "object") return fact.data;
  const { verb, type, user } = fact.data as ObjectFact;
  return { verb, type, prev: undefined, next: undefined, user } satisfies ObjectFact;
}

function subjectOf(command: Command): string {
  switch (command.type) {
    case "cut":
    case "heal":
    case "set-link":
      return command.a;
    case "crash-container":
      return `pods/${command.namespace}/${command.pod}`;
    case "http":
      return command.request.path;
    case "shell":
      return command.session;
    case "shell-input":
      return command.id;
    case "write-file":
    case "remove-file":
      return command.path;
    case "http-input":
    case "http-cancel":
      return command.id;
    case "add-worker":
    case "set-traffic":
    case "cloud-outage":
      return "";
    default:
      return command.host;
  }
}
