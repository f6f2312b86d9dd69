import type { Process, Program } from "../kernel/process";
import type { Task } from "../kernel/task";
import { SECOND } from "../kernel/time";
import type { BalancedPort } from "./cloud-api";

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

  /** Takes over new settings. Machines that stay keep what is known of their health. */
  configure(ports: readonly BalancedPort[], targets: readonly Target[]): void {
    const known = new Map(this.#targets.map((t) => [t.name, t]));
    this.#ports = ports;
    this.#targets = targets
      .slice(0, MOST_TARGETS)
      .map((t) => known.get(t.name) ?? { ...t, healthy: undefined, contradictions: 0 });
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
    process.view = this.#view();
    this.#listen(process);
    for (;;) {
      process.kernel.setQuiet(true);
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

  /** Opens a connection to the machine's first node port, and closes it again. */
  *#check(process: Process, target: TargetState): Task {
    const port = this.#ports[0];
    if (port === undefined) return;
    const connection = process.connect(target.ip, port.nodePort, { dialTimeout: CHECK_LIMIT });
    // The connection is all that is wanted: the request is withdrawn before it could be sent.
    connection.start(undefined, { quiet: true }).cancel();
    yield CHECK_LIMIT;
    const healthy = connection.state === "open";
    connection.close();
    this.#note(process, target, healthy);
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
