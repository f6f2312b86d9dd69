/**
 * Feeds the watch caches from one etcd watch over all keys: read everything once, then follow. When the stream
 * breaks it is taken up where it stopped; only when etcd has compacted that away is everything read again.
 * (Upstream has a reflector per resource, all over one gRPC stream.) As all changes come in one order, the feed's
 * revision is that of every cache, which is what consistent reads from the cache wait for.
 */
import { klog } from "../../api/klog";
import type { EtcdEvent, EtcdWatch } from "../../etcd/client";
import { Future } from "../../kernel/future";
import type { Kernel } from "../../kernel/kernel";
import type { Process } from "../../kernel/process";
import { within, TIMED_OUT, type Task } from "../../kernel/task";
import { MS, SECOND, type Micros } from "../../kernel/time";
import type { EtcdPort } from "../storage/etcd-port";
import { decode, recordWrite, removalOf, type StoredValue } from "../storage/stored-value";
import type { Cacher } from "./cacher";
import type { Caches } from "./caches";

const RETRY_MIN: Micros = 200 * MS;
const COMPACTED = "etcdserver: mvcc: required revision has been compacted";
const RETRY_MAX: Micros = 2 * SECOND;

interface Waiting {
  readonly revision: number;
  readonly reached: Future<void>;
}

export class WatchFeed {
  /** Settles when the caches have been filled for the first time. */
  readonly synced: Future<void>;
  readonly #process: Process;
  readonly #etcdIp: string;
  readonly #kernel: Kernel;
  readonly #etcd: EtcdPort;
  readonly #caches: Caches;
  #revision = 0;
  #connected = false;
  #lastWarning = "";
  #waiting: Waiting[] = [];

  constructor(process: Process, etcd: EtcdPort, caches: Caches, etcdIp: string) {
    const { kernel } = process;
    this.#process = process;
    this.#etcdIp = etcdIp;
    this.#kernel = kernel;
    this.#etcd = etcd;
    this.#caches = caches;
    this.synced = new Future(kernel);
  }

  /** The revision that the caches have reached. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether the stream from etcd stands. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Follows etcd for ever. */
  *run(): Task {
    let delay = RETRY_MIN;
    let filled = false;
    for (;;) {
      if (!filled) filled = yield* this.#fill();
      if (filled) {
        delay = RETRY_MIN;
        const reread = yield* this.#follow(this.#etcd.watchAll(this.#revision + 1));
        this.#connected = false;
        if (reread) filled = false;
      }
      yield delay;
      delay = Math.min(delay * 2, RETRY_MAX);
    }
  }

  /** Waits until the caches have reached a revision; false when that took longer than `limit`. */
  *reach(revision: number, limit: Micros): Task<boolean> {
    if (this.#revision >= revision) return true;
    const waiting: Waiting = { revision, reached: new Future(this.#kernel) };
    this.#waiting.push(waiting);
    const outcome = yield* within(waiting.reached, limit);
    if (outcome !== TIMED_OUT) return true;
    this.#waiting = this.#waiting.filter((w) => w !== waiting);
    return false;
  }

  /** Reads every resource as of one revision. */
  *#fill(): Task<boolean> {
    const filled = new Set<Cacher>();
    let revision = 0;
    // The definitions that the first look brings may add caches: those are read as of the same revision.
    for (;;) {
      const open = [...this.#caches.all()].filter((cacher) => !filled.has(cacher));
      if (open.length === 0) break;
      const read = yield* this.#fillThese(open, revision);
      if (read === undefined) return false;
      revision = read;
      for (const cacher of open) filled.add(cacher);
    }
    this.#revision = revision;
    this.synced.resolve();
    this.#wake();
    return true;
  }

  /** Reads some resources as of a revision (0: the newest); gives the revision, undefined when that failed. */
  *#fillThese(open: readonly Cacher[], at: number): Task<number | undefined> {
    const lists: { cacher: Cacher; objects: { key: string; object: ReturnType<typeof decode> }[] }[] = [];
    let revision = at;
    for (const cacher of open) {
      const range = { key: cacher.prefix, prefix: true };
      const read = yield* this.#etcd.range(revision === 0 ? range : { ...range, revision });
      if (!read.ok) {
        this.#logFailure(read.error.message);
        return undefined;
      }
      if (revision === 0) ({ revision } = read.value);
      const objects = read.value.entries.map((e) => ({ key: e.key, object: decode(e.value, e.modRevision) }));
      lists.push({ cacher, objects });
    }
    for (const { cacher, objects } of lists) {
      cacher.replace(objects, revision, this.#kernel.now);
      const { group, resource } = cacher.def;
      const name = group === "" ? resource : `${resource}.${group}`;
      klog(this.#process, "I", "cacher.go:855", `cacher (${name}): initialized`);
    }
    return revision;
  }

  #logFailure(message: string): void {
    const to = `{Addr: "${this.#etcdIp}:2379", ServerName: "${this.#etcdIp}:2379", }`;
    const failed = `grpc: addrConn.createTransport failed to connect to ${to}. Err: ${message}`;
    const text = `[core] [Channel #1 SubChannel #2]${failed}`;
    this.#warn("logging.go:55", text);
  }

  /** Once for each trouble: it tries again five times a second. */
  #warn(where: string, text: string): void {
    if (text === this.#lastWarning) return;
    this.#lastWarning = text;
    klog(this.#process, "W", where, text);
  }

  /** Applies events until the stream ends; true when what is missing can only be read anew. */
  *#follow(watch: EtcdWatch): Task<boolean> {
    this.#connected = true;
    for (;;) {
      const item = yield* watch.next();
      if (item.type === "events") {
        for (const event of item.events) this.#apply(event);
        this.#lastWarning = "";
        if (item.revision > this.#revision) this.#revision = item.revision;
        this.#wake();
      } else {
        const why = item.type === "broken" ? item.message : COMPACTED;
        this.#warn("watcher.go:338", `watch chan error: ${why}`);
        return item.type === "compacted";
      }
    }
  }

  #apply(event: EtcdEvent): void {
    this.#revision = event.revision;
    const cacher = this.#caches.forKey(event.key);
    if (cacher === undefined) return;
    const { now } = this.#kernel;
    if (event.type === "put") {
      const object = decode(event.value, event.revision);
      const { write } = event.value as StoredValue;
      recordWrite(this.#kernel, write);
      cacher.apply(event.key, object, event.revision, now, write.quiet);
      return;
    }
    const known = cacher.get(event.key);
    const write = known === undefined ? undefined : removalOf(known);
    if (write !== undefined) recordWrite(this.#kernel, write);
    cacher.apply(event.key, undefined, event.revision, now, write?.quiet ?? true);
  }

  #wake(): void {
    if (this.#waiting.length === 0) return;
    const revision = this.#revision;
    const still: Waiting[] = [];
    for (const waiting of this.#waiting) {
      if (waiting.revision <= revision) waiting.reached.resolve();
      else still.push(waiting);
    }
    this.#waiting = still;
  }
}
