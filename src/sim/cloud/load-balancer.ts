import type { Process, Program } from "../kernel/process";
import type { Task } from "../kernel/task";
import { SECOND } from "../kernel/time";
import type { ApiRequest, ApiResponse } from "../api/http";
import { actByTimeAlone } from "../client/time-alone";
import { Channel } from "../kernel/connection";
import type { BalancedPort, LoadBalancerSpec } from "./cloud-api";

/** Where a node's kube-proxy tells whether it forwards. */
const PROXY_HEALTH_PORT = 10256;
const HEALTH_CHECK: ApiRequest = { method: "GET", path: "/healthz", query: {}, headers: {}, body: undefined };

/** Between two checks of one machine, how long one may take, and how many alike change the verdict. */
const CHECK_INTERVAL = 5 * SECOND;
const CHECK_LIMIT = 2 * SECOND;
const CHECKS_ALIKE = 2;
/** Machines that get connections and checks; of more, a subset is used. */
const MOST_TARGETS = 50;

/** A machine behind a load balancer. */
export interface Target {
  readonly name: string;
  readonly ip: string;
}

interface TargetState extends Target {
  /** undefined until the first check. */
  healthy: boolean | undefined;
  /** Checks in a row that contradict `healthy`. */
  contradictions: number;
  /** To its kube-proxy. */
  channel: Channel | undefined;
}

/** What a load balancer shows of itself. */
export interface CloudLoadBalancerView {
  readonly service: string;
  readonly ip: string;
  readonly targets: readonly { readonly name: string; readonly healthy: boolean }[];
}

/** The data plane of a rented load balancer. Its settings may change while it runs. */
export class LoadBalancer {
  readonly name: string;
  readonly ip: string;
  readonly service: string;
  #ports: readonly BalancedPort[] = [];
  #localOnly = false;
  #targets: TargetState[] = [];
  #next = 0;
  readonly #listening = new Set<number>();
  #process: Process | undefined;

  constructor(name: string, service: string, ip: string) {
    this.name = name;
    this.service = service;
    this.ip = ip;
  }

  get ports(): readonly BalancedPort[] {
    return this.#ports;
  }

  get machines(): readonly string[] {
    return this.#targets.map(({ name }) => name);
  }

  get localOnly(): boolean {
    return this.#localOnly;
  }

  /** Takes over new settings. Machines that stay keep what is known of their health. */
  configure({ ports, localOnly }: LoadBalancerSpec, targets: readonly Target[]): void {
    const known = new Map(this.#targets.map((t) => [t.name, t]));
    this.#ports = ports;
    this.#localOnly = localOnly;
    this.#targets = targets
      .slice(0, MOST_TARGETS)
      .map((t) => known.get(t.name) ?? { ...t, healthy: undefined, contradictions: 0, channel: undefined });
    if (this.#process !== undefined) this.#listen(this.#process);
  }

  /** The program of its process. */
  readonly program: Program = (process) => this.#run(process);

  /** Takes it out of service. */
  stop(): void {
    this.#process?.kill({ code: 0, reason: "Completed" });
    this.#process = undefined;
  }

  *#run(process: Process): Task {
    this.#process = process;
    this.#listening.clear();
    for (const target of this.#targets) target.channel = undefined;
    process.view = this.#view();
    this.#listen(process);
    for (;;) {
      actByTimeAlone(process.kernel);
      for (const target of this.#targets) process.spawn(`check ${target.name}`, this.#check(process, target));
      yield CHECK_INTERVAL;
    }
  }

  #listen(process: Process): void {
    for (const { port } of this.#ports) {
      if (this.#listening.has(port)) continue;
      this.#listening.add(port);
      process.listenProxy(port, (_connection, attempt) => this.#choose(port, attempt));
    }
  }

  /** The next healthy machine in turn. When none is, the checks may be wrong: all of them in turn. */
  #choose(port: number, attempt: number): { ip: string; port: number } | undefined {
    const nodePort = this.#ports.find((p) => p.port === port)?.nodePort;
    const healthy = this.#targets.filter((t) => t.healthy === true);
    const candidates = healthy.length > 0 ? healthy : this.#targets;
    if (nodePort === undefined || candidates.length === 0 || attempt > candidates.length) return undefined;
    const target = candidates[this.#next++ % candidates.length]!;
    return { ip: target.ip, port: nodePort };
  }

  *#check(process: Process, target: TargetState): Task {
    const healthy = this.#localOnly ? yield* this.#knock(process, target) : yield* ask(process, target);
    this.#note(process, target, healthy);
  }

  /** Opens a connection to the machine's first node port, and closes it again. */
  *#knock(process: Process, target: Target): Task<boolean> {
    const connection = process.connect(target.ip, this.#ports[0]?.nodePort ?? 0, {
      dialTimeout: CHECK_LIMIT,
    });
    // The connection is all that is wanted: the request is withdrawn before it could be sent.
    connection.start(undefined, { quiet: true }).cancel();
    yield CHECK_LIMIT;
    const open = connection.state === "open";
    connection.close();
    return open;
  }

  #note(process: Process, target: TargetState, healthy: boolean): void {
    if (target.healthy === healthy) {
      target.contradictions = 0;
      return;
    }
    target.contradictions++;
    if (target.healthy !== undefined && target.contradictions < CHECKS_ALIKE) return;
    const before = target.healthy;
    target.healthy = healthy;
    target.contradictions = 0;
    if (before === undefined && healthy) return;
    process.fact("lb-target", target.name, { service: this.service, healthy });
  }

  #view(): CloudLoadBalancerView {
    const targets = () => this.#targets;
    return {
      service: this.service,
      ip: this.ip,
      get targets() {
        return targets().map(({ name, healthy }) => ({ name, healthy: healthy === true }));
      },
    };
  }
}

/** Asks a machine whether it can take connections on. */
function* ask(process: Process, target: TargetState): Task<boolean> {
  target.channel ??= new Channel(process, target.ip, PROXY_HEALTH_PORT, { dialTimeout: CHECK_LIMIT });
  const answer = yield* target.channel.call(HEALTH_CHECK, { timeout: CHECK_LIMIT, quiet: true });
  return answer.ok && (answer.value as ApiResponse).status === 200;
}
