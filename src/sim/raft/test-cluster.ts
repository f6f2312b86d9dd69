/** A scripted group for tests: members on an in-memory network and disks that lose what was not synced. */
import { assert } from "../../shared/assert";
import type { RaftConfig } from "./config";
import { DEFAULT_RAFT_CONFIG } from "./config";
import { bootstrapEntries } from "./membership";
import { Raft } from "./raft";
import { SafetyChecker } from "./test-checker";
import type { ConfChange, Entry, HardState, Message, NodeId, RandomSource, Snapshot } from "./types";

/** A small seeded generator (mulberry32), so that the protocol's tests need nothing of the kernel. */
export function seededRandom(seed: number): RandomSource {
  let state = seed | 0;
  return {
    below(n) {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) % n;
    },
  };
}

interface Write {
  readonly doneAt: number;
  readonly apply: () => void;
  /** Messages that wait for it. */
  readonly after: readonly Message[];
}

/** A member with its disk and a state machine that is the list of what was applied. */
export class TestMember {
  readonly id: NodeId;
  raft: Raft;
  up = true;
  applied: unknown[] = [];
  reads: { index: number; context: number; seen: number }[] = [];
  readonly disk: { hard: HardState | undefined; snapshot: Snapshot | undefined; entries: Entry[] };
  writes: Write[] = [];

  constructor(id: NodeId, raft: Raft, entries: Entry[], hard: HardState | undefined) {
    this.id = id;
    this.raft = raft;
    this.disk = { hard, snapshot: undefined, entries };
  }
}

export interface TestClusterOptions {
  readonly members: number;
  readonly seed?: number;
  readonly config?: Partial<RaftConfig>;
  /** A message takes 1 to this many units of time; a tick is ten. Default 1. */
  readonly maxDelay?: number;
  /** A write takes 1 to this many units. Default 1. */
  readonly maxWrite?: number;
  /** Percent of messages that get lost. */
  readonly lossPercent?: number;
  /** Applied entries between snapshots; 0 for none. */
  readonly snapshotEvery?: number;
  readonly snapshotKeep?: number;
  /** Plants a bug: answers are sent and writes reported before they are on disk. */
  readonly lyingDisk?: boolean;
}

export class TestCluster {
  readonly members = new Map<NodeId, TestMember>();
  readonly random: RandomSource;
  readonly checker = new SafetyChecker();
  now = 0;
  lossPercent: number;
  /** Messages of every kind that were delivered. */
  delivered: Message[] = [];
  keepDelivered = false;
  readonly #options: TestClusterOptions;
  readonly #cut = new Set<string>();
  #inFlight: { at: number; m: Message }[] = [];

  constructor(options: TestClusterOptions) {
    this.#options = options;
    this.random = seededRandom(options.seed ?? 1);
    this.lossPercent = options.lossPercent ?? 0;
    const founders = Array.from({ length: options.members }, (_, i) => ({ id: i + 1, context: null }));
    const entries = bootstrapEntries(founders);
    for (const { id } of founders) this.start(id, entries);
  }

  /** Starts a new member: a founder, or (with an empty log) one that is to be added. */
  start(id: NodeId, entries: readonly Entry[] = []): TestMember {
    const hard = entries.length > 0 ? { term: 1, vote: 0, commit: entries.length } : undefined;
    const raft = new Raft(this.#config(id), { hardState: hard, snapshot: undefined, entries });
    const member = new TestMember(id, raft, [...entries], hard);
    this.members.set(id, member);
    this.pump(member);
    return member;
  }

  member(id: NodeId): TestMember {
    const member = this.members.get(id);
    assert(member !== undefined, () => `no member ${id}`);
    return member;
  }

  raft(id: NodeId): Raft {
    return this.member(id).raft;
  }

  /** The leader with the highest term among members that are up. */
  leader(): TestMember | undefined {
    let best: TestMember | undefined;
    for (const m of this.members.values()) {
      if (m.up && m.raft.role === "leader" && m.raft.term > (best?.raft.term ?? 0)) best = m;
    }
    return best;
  }

  /** Lets time pass until there is a leader. */
  elect(): TestMember {
    return this.until(() => this.leader() !== undefined) && (this.leader() as TestMember);
  }

  /** Makes this member leader by its own campaign. */
  electMember(id: NodeId): Raft {
    this.raft(id).campaign();
    this.pump(this.member(id));
    this.settle();
    assert(this.raft(id).role === "leader", () => `${id} did not become leader`);
    return this.raft(id);
  }

  /** Lets time pass until `done`; fails after `limit` units. */
  until(done: () => boolean, limit = 2000): true {
    for (let i = 0; i < limit; i++) {
      if (done()) return true;
      this.advance();
    }
    throw new Error(`not within ${limit} units of time`);
  }

  run(units: number): void {
    for (let i = 0; i < units; i++) this.advance();
  }

  /** Delivers and writes until nothing is under way; no clock ticks. */
  settle(): void {
    for (let i = 0; i < 1000; i++) {
      if (this.#inFlight.length === 0 && [...this.members.values()].every((m) => m.writes.length === 0))
        return;
      this.now++;
      this.#deliver();
      this.#write();
    }
    throw new Error("messages without end");
  }

  /** One unit of time. */
  advance(): void {
    this.now++;
    this.#deliver();
    this.#write();
    if (this.now % 10 === 0) {
      for (const m of this.members.values()) {
        if (!m.up) continue;
        m.raft.tick();
        this.pump(m);
      }
    }
    this.checker.check(this.members.values());
  }

  propose(id: NodeId, data: unknown, quiet = false): string {
    const m = this.member(id);
    const result = m.raft.propose([{ kind: "normal", data, cause: 7, quiet }]);
    this.pump(m);
    return result;
  }

  proposeConf(id: NodeId, change: Omit<ConfChange, "context">): string {
    const m = this.member(id);
    const data: ConfChange = { ...change, context: null };
    const result = m.raft.propose([{ kind: "conf", data, cause: 0, quiet: false }]);
    this.pump(m);
    return result;
  }

  readIndex(id: NodeId, context: number): boolean {
    const m = this.member(id);
    const asked = m.raft.readIndex(context, false);
    this.pump(m);
    return asked;
  }

  /** Cuts what goes from one member to another (one way). */
  cut(from: NodeId, to: NodeId): void {
    this.#cut.add(`${from}>${to}`);
  }

  /** Cuts a member off from all others, both ways. */
  isolate(id: NodeId): void {
    for (const other of this.members.keys()) {
      if (other === id) continue;
      this.cut(id, other);
      this.cut(other, id);
    }
  }

  heal(): void {
    this.#cut.clear();
  }

  /** Power cut: what was not synced is lost. */
  crash(id: NodeId): void {
    const m = this.member(id);
    m.up = false;
    m.writes = [];
  }

  restart(id: NodeId): void {
    const m = this.member(id);
    const { hard, snapshot, entries } = m.disk;
    m.raft = new Raft(this.#config(id), { hardState: hard, snapshot, entries: [...entries] });
    m.applied = snapshot === undefined ? [] : [...(snapshot.data as unknown[])];
    m.up = true;
    this.pump(m);
  }

  /** Does for a member what `Ready` asks. */
  pump(m: TestMember): void {
    while (m.up && m.raft.hasReady()) {
      const ready = m.raft.ready();
      for (const message of ready.messages) this.#send(message);
      const apply = () => {
        if (ready.snapshot !== undefined) {
          m.disk.snapshot = ready.snapshot;
          m.disk.entries = [];
        }
        const first = ready.entries[0];
        if (first !== undefined) {
          m.disk.entries = m.disk.entries.filter((e) => e.index < first.index);
          m.disk.entries.push(...ready.entries);
        }
        if (ready.hardState !== undefined) m.disk.hard = ready.hardState;
      };
      this.#startWrite(m, apply, ready.sync, ready.afterSync);
      if (ready.snapshot !== undefined) {
        m.applied = [...(ready.snapshot.data as unknown[])];
        m.raft.appliedTo(ready.snapshot.index);
      }
      for (const e of ready.committed) this.#apply(m, e);
      for (const r of ready.reads) m.reads.push({ ...r, seen: m.raft.log.applied });
      this.#maybeSnapshot(m);
    }
  }

  #apply(m: TestMember, e: Entry): void {
    if (e.kind === "conf") m.raft.applyConfChange(e.data as ConfChange);
    else if (e.data !== null) m.applied.push(e.data);
    m.raft.appliedTo(e.index);
    this.checker.applied(m, e);
  }

  #maybeSnapshot(m: TestMember): void {
    const every = this.#options.snapshotEvery ?? 0;
    const last = m.disk.snapshot?.index ?? 0;
    if (every === 0 || m.raft.log.applied - last < every) return;
    const snapshot = m.raft.takeSnapshot([...m.applied]);
    m.disk.snapshot = snapshot;
    const keepFrom = Math.max(0, snapshot.index - (this.#options.snapshotKeep ?? 0));
    m.raft.compact(keepFrom);
    m.disk.entries = m.disk.entries.filter((e) => e.index > keepFrom);
  }

  #startWrite(m: TestMember, apply: () => void, sync: boolean, after: readonly Message[]): void {
    if (!sync) {
      // Without a sync it is written some time; only the commit index is at stake. Keep the order.
      const behind = m.writes[m.writes.length - 1];
      if (behind === undefined) apply();
      return;
    }
    if (this.#options.lyingDisk === true) {
      m.writes.push({ doneAt: this.now + 200, apply, after: [] });
      m.raft.persisted();
      for (const message of after) this.#send(message);
      return;
    }
    const previous = m.writes[m.writes.length - 1]?.doneAt ?? this.now;
    const doneAt = Math.max(previous, this.now + 1 + this.random.below(this.#options.maxWrite ?? 1));
    m.writes.push({ doneAt, apply, after });
  }

  #write(): void {
    for (const m of this.members.values()) {
      if (!m.up) continue;
      while (m.writes.length > 0 && (m.writes[0] as Write).doneAt <= this.now) {
        const w = m.writes.shift() as Write;
        w.apply();
        if (this.#options.lyingDisk === true) continue;
        m.raft.persisted();
        for (const message of w.after) this.#send(message);
        this.pump(m);
      }
    }
  }

  #send(m: Message): void {
    if (this.#cut.has(`${m.from}>${m.to}`)) return;
    if (this.lossPercent > 0 && this.random.below(100) < this.lossPercent) return;
    this.#inFlight.push({ at: this.now + 1 + this.random.below(this.#options.maxDelay ?? 1), m });
  }

  #deliver(): void {
    const due = this.#inFlight.filter((x) => x.at <= this.now);
    this.#inFlight = this.#inFlight.filter((x) => x.at > this.now);
    for (const { m } of due) {
      const to = this.members.get(m.to);
      if (to === undefined || !to.up) continue;
      if (this.keepDelivered) this.delivered.push(m);
      to.raft.step(m);
      this.pump(to);
    }
  }

  #config(id: NodeId): RaftConfig {
    return { ...DEFAULT_RAFT_CONFIG, id, random: this.random, ...this.#options.config };
  }
}
