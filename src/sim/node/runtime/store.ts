import type { Host } from "../../kernel/host";
import type { Process } from "../../kernel/process";
import { FLUSH_DELAY, LOST_CONTAINER } from "./defaults";
import type { ContainerConfig, ContainerEvent, ContainerStatus, PodStatus, SandboxStatus } from "./cri/types";
import { shimsOf } from "./shims";

const SANDBOXES = "containerd/sandboxes/";
const CONTAINERS = "containerd/containers/";

/** A container as the runtime remembers it. */
export interface ContainerRecord {
  readonly config: ContainerConfig;
  readonly status: ContainerStatus;
}

/** What the runtime has of one pod; lists are newest first, as in its statuses. */
interface PodEntry {
  readonly sandboxes: string[];
  readonly containers: string[];
  /** undefined: to be made again. */
  status: PodStatus | undefined;
}

/** The runtime's metadata: in memory, and on the disk (boltdb) so that it outlives the process and the power. */
export class Store {
  readonly sandboxes = new Map<string, SandboxStatus>();
  readonly containers = new Map<string, ContainerRecord>();
  readonly #pods = new Map<string, PodEntry>();
  readonly #process: Process;
  readonly #host: Host;
  readonly #publish: (event: ContainerEvent) => void;
  #flushing = false;

  constructor(process: Process, publish: (event: ContainerEvent) => void) {
    this.#process = process;
    this.#host = process.host;
    this.#publish = publish;
    this.#recover();
  }

  putSandbox(status: SandboxStatus): void {
    const known = this.sandboxes.has(status.id);
    this.sandboxes.set(status.id, status);
    const entry = this.#entry(status.config.podUid);
    if (!known) entry.sandboxes.unshift(status.id);
    entry.status = undefined;
    this.#write(SANDBOXES + status.id, status);
    this.#publish({ podUid: status.config.podUid, containerId: status.id, type: "SANDBOX" });
  }

  removeSandbox(id: string): void {
    const status = this.sandboxes.get(id);
    if (status === undefined) return;
    this.sandboxes.delete(id);
    const entry = this.#entry(status.config.podUid);
    remove(entry.sandboxes, id);
    this.#forgotten(status.config.podUid, entry);
    this.#erase(SANDBOXES + id);
    this.#publish({ podUid: status.config.podUid, containerId: id, type: "DELETED" });
  }

  /** Stores a container's record; `event` says what happened, if others need to know. */
  putContainer(record: ContainerRecord, event?: ContainerEvent["type"]): void {
    const { id, podUid } = record.status;
    const known = this.containers.has(id);
    this.containers.set(id, record);
    const entry = this.#entry(podUid);
    if (!known) entry.containers.unshift(id);
    entry.status = undefined;
    this.#write(CONTAINERS + id, record);
    if (event !== undefined) this.#publish({ podUid, containerId: id, type: event });
  }

  removeContainer(id: string): void {
    const record = this.containers.get(id);
    if (record === undefined) return;
    this.containers.delete(id);
    const { podUid } = record.status;
    const entry = this.#entry(podUid);
    remove(entry.containers, id);
    this.#forgotten(podUid, entry);
    this.#erase(CONTAINERS + id);
    this.#publish({ podUid, containerId: id, type: "DELETED" });
  }

  /** Containers of one sandbox, newest first. */
  containersOf(sandboxId: string): ContainerRecord[] {
    const sandbox = this.sandboxes.get(sandboxId);
    if (sandbox === undefined) return [];
    const records = this.#entry(sandbox.config.podUid).containers.map((id) => this.containers.get(id));
    return records.filter((r): r is ContainerRecord => r?.status.sandboxId === sandboxId);
  }

  /** Statuses of some pods, or of all. */
  pods(uids: readonly string[] | undefined): PodStatus[] {
    const found: PodStatus[] = [];
    for (const uid of uids ?? this.#pods.keys()) {
      const entry = this.#pods.get(uid);
      if (entry !== undefined) found.push(this.#statusOf(uid, entry));
    }
    return found;
  }

  #statusOf(uid: string, entry: PodEntry): PodStatus {
    return (entry.status ??= {
      uid,
      sandboxes: entry.sandboxes.map((id) => this.sandboxes.get(id) as SandboxStatus),
      containers: entry.containers.map((id) => (this.containers.get(id) as ContainerRecord).status),
    });
  }

  #entry(uid: string): PodEntry {
    let entry = this.#pods.get(uid);
    if (entry === undefined) {
      entry = { sandboxes: [], containers: [], status: undefined };
      this.#pods.set(uid, entry);
    }
    return entry;
  }

  #forgotten(uid: string, entry: PodEntry): void {
    entry.status = undefined;
    if (entry.sandboxes.length === 0 && entry.containers.length === 0) this.#pods.delete(uid);
  }

  #write(name: string, content: unknown): void {
    this.#host.disk.write(name, content);
    this.#flush();
  }

  #erase(name: string): void {
    this.#host.disk.remove(name);
    this.#flush();
  }

  #flush(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    this.#host.kernel.schedule(FLUSH_DELAY, flushed, this as Store);
  }

  /** Called by its timer. */
  flushed(): void {
    this.#flushing = false;
    if (this.#process.alive) this.#host.disk.fsync();
  }

  /** Reads the disk and asks the shims what became of what was running. */
  #recover(): void {
    const { disk } = this.#host;
    const shims = shimsOf(this.#host);
    const sandboxes = disk.list(SANDBOXES).map((name) => disk.read(name) as SandboxStatus);
    for (const status of sandboxes.sort((a, b) => a.createdAt - b.createdAt || order(a.id, b.id))) {
      const lost = status.state === "READY" && !shims.sandboxes.has(status.id);
      this.putSandbox(lost ? { ...status, state: "NOTREADY" } : status);
    }
    const records = disk.list(CONTAINERS).map((name) => disk.read(name) as ContainerRecord);
    for (const record of records.sort(
      (a, b) => a.status.createdAt - b.status.createdAt || order(a.status.id, b.status.id),
    )) {
      if (this.sandboxes.has(record.status.sandboxId)) this.putContainer(this.#recovered(record));
      else disk.remove(CONTAINERS + record.status.id);
    }
  }

  #recovered(record: ContainerRecord): ContainerRecord {
    const { status, config } = record;
    if (status.state === "EXITED") return record;
    const shim = shimsOf(this.#host).containers.get(status.id);
    if (shim?.alive === true) {
      return { config, status: { ...status, state: "RUNNING", startedAt: shim.startedAt } };
    }
    const { now } = this.#process;
    const exit = shim?.exit ?? { code: LOST_CONTAINER.exitCode, reason: LOST_CONTAINER.reason, at: now };
    const startedAt = shim?.startedAt ?? status.startedAt;
    const { code: exitCode, reason, at: finishedAt } = exit;
    return { config, status: { ...status, state: "EXITED", startedAt, exitCode, reason, finishedAt } };
  }
}

function remove(list: string[], id: string): void {
  const i = list.indexOf(id);
  if (i >= 0) list.splice(i, 1);
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function flushed(store: Store): void {
  store.flushed();
}
