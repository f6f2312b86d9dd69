import { Future } from "./future";
import type { Host } from "./host";
import type { Rng } from "./rng";
import { MS, SECOND, type Micros } from "./time";

/**
 * An append-only file as whoever has opened it holds it: it may be renamed, or its name removed, meanwhile.
 * Positions are absolute: `base` records were dropped from its head already.
 */
export class LogFile {
  /** Oldest first, as the host sees them now: a view that later appends extend. */
  records: unknown[] = [];
  base = 0;
  /** Records before this position survive a power cut. */
  durable = 0;

  /** Appends records. Not durable before an fsync. */
  append(records: readonly unknown[]): void {
    for (const r of records) this.records.push(r);
  }

  /** Drops the oldest `count` records; drop only what a durable snapshot replaces. */
  dropHead(count: number): void {
    this.records = this.records.slice(count);
    this.base += count;
    this.durable = Math.max(this.durable, this.base);
  }
}

/** A file that grows in place: nobody fsyncs it, and a power cut takes its end. */
export interface GrowingFile {
  /** What was written after `safe` is lost. */
  powerCut(safe: Micros): void;
}

/** The system writes back what is older, fsync or not (Linux: vm.dirty_expire_centisecs). */
const WRITE_BACK: Micros = 30 * SECOND;

/** What one fsync makes durable when it completes. */
interface Flush {
  readonly disk: Disk;
  readonly boot: number;
  readonly asked: Micros;
  readonly logs: readonly { readonly log: LogFile; readonly end: number }[];
  readonly files: Map<string, unknown>;
  readonly done: Future<void>;
}

/**
 * A host's disk: append-only logs and small files that are replaced as a whole. What was written but not
 * fsynced is in the page cache: it outlives a process crash, not a power cut.
 */
export class Disk {
  readonly #host: Host;
  readonly #logs = new Map<string, LogFile>();
  readonly #files = new Map<string, unknown>();
  readonly #durable = new Map<string, unknown>();
  readonly #rng: Rng;
  #dirty = new Set<string>();
  /** Fsyncs under way that write files. */
  readonly #flushes = new Set<Flush>();
  /** When the newest fsync under way completes: they complete in the order in which they were asked for. */
  #lastFlush: Micros = 0;
  /** All that was written until then is on the disk. */
  #safe: Micros = 0;
  /** A healthy fsync takes this long, and at random up to as much again. */
  fsyncTime: Micros = 1 * MS;
  /** Multiplies the time of an fsync: a slow disk. */
  slowdown = 1;

  constructor(host: Host) {
    this.#host = host;
    this.#rng = host.kernel.rng(`disk/${host.name}`);
  }

  /** Opens a log, made when missing. */
  openLog(name: string): LogFile {
    let log = this.#logs.get(name);
    if (log === undefined) this.#logs.set(name, (log = new LogFile()));
    return log;
  }

  /** The log of this name; undefined when there is none. */
  log(name: string): LogFile | undefined {
    return this.#logs.get(name);
  }

  /** Writes a small file as a whole. Not durable before an fsync. */
  write(name: string, content: unknown): void {
    this.#files.set(name, content);
    this.#dirty.add(name);
  }

  /** Puts a file on the disk before the machine is ever switched on: durable at once. */
  provision(name: string, content: unknown): void {
    this.#files.set(name, content);
    this.#durable.set(name, content);
  }

  remove(name: string): void {
    this.#files.delete(name);
    this.#dirty.add(name);
  }

  /** The content of a small file; undefined when there is none. */
  read(name: string): unknown {
    return this.#files.get(name);
  }

  /** Names of the small files that begin with a prefix, in order of their first writing. */
  list(prefix: string): string[] {
    return [...this.#files.keys()].filter((n) => n.startsWith(prefix));
  }

  /** Names of the logs that begin with a prefix, in the order in which they were made. */
  listLogs(prefix: string): string[] {
    return [...this.#logs.keys()].filter((n) => n.startsWith(prefix));
  }

  /**
   * Gives a file or log another name, in place of what had that. Names are the file system's own journal's: the
   * change is durable at once, and what the file holds as durable as it was.
   */
  rename(from: string, to: string): void {
    const log = this.#logs.get(from);
    const has = this.#files.has(from);
    if (from === to || (log === undefined && !has)) return;
    this.unlink(to);
    if (log !== undefined) this.#logs.set(to, log);
    if (has) this.#files.set(to, this.#files.get(from));
    if (this.#durable.has(from)) this.#durable.set(to, this.#durable.get(from));
    if (this.#dirty.has(from)) this.#dirty.add(to);
    for (const { files } of this.#flushes) if (files.has(from)) files.set(to, files.get(from));
    this.unlink(from);
  }

  /** Puts a copy of a file or log under another name, in place of what had that. Not durable before an fsync. */
  copy(from: string, to: string): void {
    const log = this.#logs.get(from);
    const has = this.#files.has(from);
    if (from === to || (log === undefined && !has)) return;
    this.unlink(to);
    if (log !== undefined) {
      const copied = this.openLog(to);
      copied.append(log.records);
      copied.base = copied.durable = log.base;
    }
    if (has) this.write(to, this.#files.get(from));
  }

  /** Removes the name of a file or log, durably at once. Who has the log open can go on with it. */
  unlink(name: string): void {
    this.#logs.delete(name);
    this.#files.delete(name);
    this.#durable.delete(name);
    this.#dirty.delete(name);
    for (const { files } of this.#flushes) files.delete(name);
  }

  /** Makes all that was written until now durable; settles when it is, never if the power goes first. */
  fsync(): Future<void> {
    const kernel = this.#host.kernel;
    const logs: { log: LogFile; end: number }[] = [];
    for (const log of this.#logs.values()) {
      const end = log.base + log.records.length;
      if (end > log.durable) logs.push({ log, end });
    }
    const files = this.#takeDirty();
    const done = new Future<void>(kernel);
    const took = (this.fsyncTime + this.#rng.below(this.fsyncTime)) * this.slowdown;
    const flush: Flush = { disk: this, boot: this.#host.boots, asked: kernel.now, logs, files, done };
    if (files.size > 0) this.#flushes.add(flush);
    const at = Math.max(kernel.now + Math.ceil(took), this.#lastFlush);
    this.#lastFlush = at;
    kernel.schedule(at - kernel.now, complete, flush);
    return done;
  }

  #takeDirty(): Map<string, unknown> {
    const files = new Map<string, unknown>();
    if (this.#dirty.size === 0) return files;
    for (const name of this.#dirty) files.set(name, this.#files.get(name));
    this.#dirty = new Set();
    return files;
  }

  /** The power went: what was not fsynced is gone. Called by the host. */
  powerCut(): void {
    for (const log of this.#logs.values()) log.records.length = Math.max(0, log.durable - log.base);
    this.#files.clear();
    const safe = Math.max(this.#safe, this.#host.kernel.now - WRITE_BACK);
    for (const [name, content] of this.#durable) {
      this.#files.set(name, content);
      if (isGrowing(content)) content.powerCut(safe);
    }
    this.#dirty.clear();
    this.#flushes.clear();
    this.#lastFlush = 0;
  }

  /** Called when an fsync completes. */
  flushed(flush: Flush): void {
    this.#flushes.delete(flush);
    if (flush.boot !== this.#host.boots || !this.#host.powered) return;
    this.#safe = Math.max(this.#safe, flush.asked);
    for (const { log, end } of flush.logs) log.durable = Math.max(log.durable, end);
    for (const [name, content] of flush.files) {
      if (content === undefined) this.#durable.delete(name);
      else this.#durable.set(name, content);
    }
    flush.done.resolve();
  }
}

function complete(flush: Flush): void {
  flush.disk.flushed(flush);
}

function isGrowing(content: unknown): content is GrowingFile {
  return typeof content === "object" && content !== null && "powerCut" in content;
}
