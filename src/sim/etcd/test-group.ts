/** An etcd group on simulated hosts, and a client on a host of its own, for tests. */
import { Kernel } from "../kernel/kernel";
import type { Host } from "../kernel/host";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { MS, SECOND, type Micros } from "../kernel/time";
import { EtcdClient } from "./client";
import { MEMBER_CERTIFICATE } from "./client/identity";
import type { EtcdOptions } from "./options";
import type { MemberInfo } from "./records";
import { etcd } from "./server";
import { EtcdView } from "./view";

export interface TestGroupOptions {
  readonly members: number;
  readonly seed?: number;
  readonly snapshotCount?: number;
  readonly catchUpEntries?: number;
  readonly clientCertAuth?: boolean;
}

export class TestGroup {
  readonly kernel: Kernel;
  readonly hosts: Host[] = [];
  readonly clientHost: Host;
  readonly client: Process;
  readonly infos: MemberInfo[];
  readonly #options: TestGroupOptions;
  #threads = 0;

  constructor(options: TestGroupOptions) {
    this.#options = options;
    this.kernel = new Kernel({ seed: options.seed ?? 1 });
    this.infos = Array.from({ length: options.members }, (_, i) => memberInfo(i + 1));
    for (const info of this.infos) this.addHost(info, this.infos, "new");
    this.clientHost = this.kernel.network.addHost({ ...hostOptions("client", "10.0.0.100"), bootTime: 1 });
    this.clientHost.powerOn();
    this.client = this.clientHost.start("client", function* (): Task {
      for (;;) yield 3600 * SECOND;
    });
    this.run(1 * SECOND);
  }

  addHost(info: MemberInfo, members: readonly MemberInfo[], initialState: "new" | "existing"): Host {
    const host = this.kernel.network.addHost(hostOptions(info.name, info.ip));
    const options: EtcdOptions = { ...this.#options, id: info.id, name: info.name, members, initialState };
    host.addUnit({ name: "etcd", program: etcd(options), restartDelay: 2 * SECOND });
    this.hosts.push(host);
    host.powerOn();
    return host;
  }

  host(id: number): Host {
    return this.kernel.network.host(`m${id}`);
  }

  /** The member's view; undefined while it does not run. */
  view(id: number): EtcdView | undefined {
    return this.host(id).processes.get("etcd")?.view as EtcdView | undefined;
  }

  views(): EtcdView[] {
    return this.hosts
      .map((h) => h.processes.get("etcd")?.view)
      .filter((v): v is EtcdView => v instanceof EtcdView);
  }

  run(time: Micros): void {
    this.kernel.runUntil(this.kernel.now + time);
  }

  until(done: () => boolean, limit: Micros = 30 * SECOND): void {
    const end = this.kernel.now + limit;
    while (!done()) {
      if (this.kernel.now >= end) throw new Error(`not within ${limit} µs`);
      this.run(10 * MS);
    }
  }

  /** Lets time pass until there is a leader; its id. */
  elect(): number {
    const leader = () =>
      this.views().find((v) => v.role === "leader" && this.followers(v.term) * 2 > this.hosts.length);
    this.until(() => leader() !== undefined);
    return leader()?.id ?? 0;
  }

  followers(term: number): number {
    return this.views().filter((v) => v.term === term && v.leader !== 0).length;
  }

  connect(id: number): EtcdClient {
    return new EtcdClient(this.client, this.host(id).ip, { identity: MEMBER_CERTIFICATE });
  }

  /** Runs a task in the client's process; `value` is there once it ended. */
  start<T>(task: Task<T>): { value: T | undefined } {
    const out: { value: T | undefined } = { value: undefined };
    this.kernel.external(() => {
      this.client.spawn(
        `test-${this.#threads++}`,
        (function* (): Task {
          out.value = yield* task;
        })(),
      );
    });
    return out;
  }

  /** Runs a task to its end. */
  do<T>(task: Task<T>, limit: Micros = 30 * SECOND): T {
    const out = this.start(task);
    this.until(() => out.value !== undefined, limit);
    return out.value as T;
  }

  /** Puts a key through a member; its revision, or the error's text. */
  put(via: number, key: string, value: unknown): number | string {
    const result = this.do(putTask(this.connect(via), key, value));
    return result;
  }

  /** Cuts one member off from the other members, both ways; clients still reach it. */
  isolate(id: number, cut = true): void {
    for (const other of this.hosts) {
      if (other.name === `m${id}`) continue;
      this.kernel.network.setFault(this.host(id), other, { cut });
      this.kernel.network.setFault(other, this.host(id), { cut });
    }
  }
}

export function* putTask(client: EtcdClient, key: string, value: unknown, lease = 0): Task<number | string> {
  const result = yield* client.put(key, value, lease);
  return result.ok ? result.value : result.error.message;
}

export function memberInfo(id: number): MemberInfo {
  return { id, name: `m${id}`, ip: `10.0.0.${id}`, learner: false };
}

function hostOptions(name: string, ip: string) {
  const bootTime = 100 * MS;
  return { name, ip, kind: "master", cpuMilli: 2000, memoryBytes: 4e9, latency: 100, bootTime };
}
