import { Future } from "../kernel/future";
import type { Kernel } from "../kernel/kernel";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import type { Micros } from "../kernel/time";
import { DEFAULT_RAFT_CONFIG } from "../raft/config";
import { bootstrapEntries } from "../raft/membership";
import { Raft } from "../raft/raft";
import type { Ready } from "../raft/ready";
import type { ConfChange, Entry, Message, MessageFields, Proposal, Snapshot } from "../raft/types";
import { RaftPanic } from "../raft/types";
import { ERR_STOPPED, ERR_TIMEOUT, ERR_TIMEOUT_LEADER_FAILED, ERR_NO_LEADER } from "./errors";
import { EXPIRY_CHECK } from "./lessor";
import {
  CATCH_UP_ENTRIES,
  DATA_DIR,
  ELECTION_TICKS,
  ELECTION_TIMEOUT,
  NO_LEADER_TICKS,
  PEER_PORT,
} from "./options";
import { REQUEST_TIMEOUT, SNAPSHOT_COUNT, TICK, type EtcdOptions } from "./options";
import { MemberLog, panicked } from "./member-log";
import { Proposals } from "./proposals";
import { ReadBarrier } from "./read-barrier";
import type { Exchange } from "../kernel/connection";
import type { EtcdError, MemberInfo } from "./records";
import {
  founder,
  StateMachine,
  type MemberChange,
  type ReplicatedBody,
  type ReplicatedRequest,
} from "./state-machine";
import type { StateImage } from "./state-machine";
import { Wal } from "./wal";
import { WatchHub } from "./watch-hub";

/** Somebody took the data folder away: a log that is open can still be written, a new file can not. */
const DATA_GONE = "failed to save Raft snapshot: open snap: no such file or directory";

/**
 * One etcd member: joins the protocol, the replicated state, the disk and the network. Everything happens in the
 * event that brought a message, a finished fsync or a tick; then `pump` does what the protocol asks.
 * Models etcd: server/etcdserver/server.go, raft.go.
 */
export class EtcdMember {
  readonly options: EtcdOptions;
  /** As its data says; as its options say where there is none. */
  readonly id: number;
  readonly process: Process;
  readonly raft: Raft;
  readonly state = new StateMachine();
  readonly watches = new WatchHub();
  readonly proposals = new Proposals();
  readonly reads: ReadBarrier;
  /** Settles when this member learns that it was removed. */
  readonly removed: Future<void>;
  readonly log: MemberLog;
  readonly #kernel: Kernel;
  readonly #wal: Wal;
  readonly #snapshotCount: number;
  /** `Ready`s being written, oldest first; the first `#covered` of them are covered by the fsync under way. */
  readonly #writes: Ready[] = [];
  #covered = 0;
  #syncing = false;
  #syncBegan: Micros = 0;
  /** A snapshot of our own is written: what to drop from the log once that is on disk. */
  #trimTo = 0;
  #trimAfterSync = 0;
  #snapshotIndex = 0;
  #lead = 0;
  #wasLeader = false;
  #leaderSince: Micros = 0;
  #ticksWithoutLeader = 0;
  #nextExpiryCheck: Micros = 0;
  readonly #revoking = new Set<number>();

  constructor(process: Process, options: EtcdOptions, serveRead: (exchange: Exchange) => void) {
    this.process = process;
    this.options = options;
    this.#kernel = process.kernel;
    this.removed = new Future(this.#kernel);
    this.#wal = new Wal(process.host.disk, options.dataDir ?? DATA_DIR, {
      member: options.id,
      cluster: options.initialState === "new" ? (options.cluster ?? 0) : 0,
    });
    this.id = this.#wal.owner.member;
    this.#snapshotCount = options.snapshotCount ?? SNAPSHOT_COUNT;
    const fresh = !this.#wal.exists;
    if (fresh && options.initialState === "new") {
      this.#wal.bootstrap(bootstrapEntries(options.members.map(founder)));
    }
    const restored = this.#wal.recover();
    const random = this.#kernel.rng(`etcd/${options.name}`);
    this.raft = new Raft(
      { ...DEFAULT_RAFT_CONFIG, electionTicks: ELECTION_TICKS, id: this.id, random },
      restored,
    );
    this.log = new MemberLog(process, this.raft);
    this.log.starting(
      options.name,
      process.ip,
      options.dataDir ?? DATA_DIR,
      fresh && options.initialState === "new",
    );
    if (!fresh) this.log.restarting(this.id, restored.hardState?.commit ?? 0);
    if (restored.snapshot !== undefined) {
      this.state.restore(restored.snapshot.data as StateImage);
      this.#snapshotIndex = restored.snapshot.index;
    }
    const serve = (exchange: Exchange, cause: number, quiet: boolean): void =>
      this.#kernel.withCause(cause, quiet, () => serveRead(exchange));
    this.reads = new ReadBarrier(this.raft, process.pid, serve, refuse);
  }

  /** Joins the network and starts the clock. */
  *start(): Task {
    // After a mere crash of the process the disk's cache holds what no fsync has confirmed; we must not vouch for it.
    yield* this.#wal.sync();
    this.process.listenDatagrams(PEER_PORT, (m) => this.#received(m as Message));
    this.pump();
    this.#scheduleTick();
  }

  /** Has a request replicated; the exchange is answered when it is applied here, or after `REQUEST_TIMEOUT`. */
  replicate(exchange: Exchange, body: ReplicatedBody): void {
    const { context, now } = this.#kernel;
    const deadline = now + REQUEST_TIMEOUT;
    const seq = this.proposals.open({ exchange, started: now, deadline, quiet: context.quiet });
    this.#enqueue(body, seq, context.id, context.quiet);
  }

  /** Proposes a membership change; the exchange is answered when it is applied here. */
  changeMembers(exchange: Exchange, type: ConfChange["type"], member: MemberInfo): void {
    const { context, now } = this.#kernel;
    const deadline = now + REQUEST_TIMEOUT;
    const seq = this.proposals.open({ exchange, started: now, deadline, quiet: context.quiet });
    const change: MemberChange = { pid: this.process.pid, seq, member };
    const data: ConfChange = { type, id: member.id, context: change };
    const result = this.raft.propose([{ kind: "conf", data, cause: context.id, quiet: context.quiet }]);
    if (result !== "accepted") {
      const message = result === "no-leader" ? ERR_NO_LEADER.message : "etcdserver: unhealthy cluster";
      this.proposals.settle(seq, { ok: false, error: { code: "Unavailable", message } });
    }
    this.pump();
  }

  /** Asks for a linearizable read: the exchange is handed to `serveRead` once this member is up to date. */
  readLinearizable(exchange: Exchange): void {
    const { context, now } = this.#kernel;
    this.reads.add(exchange, now + REQUEST_TIMEOUT, context.id, context.quiet, now);
    this.pump();
  }

  /** A member's address: as replicated, or as it was told at the start. */
  memberById(id: number): MemberInfo | undefined {
    return this.state.members.get(id) ?? this.options.members.find((m) => m.id === id);
  }

  /** Does what the protocol asks until it asks for nothing more. Called after everything that happened. */
  pump(): void {
    const { raft } = this;
    if (this.proposals.queued > 0) this.#flushProposals();
    while (raft.hasReady()) {
      const ready = raft.ready();
      this.#send(ready.messages);
      if (ready.snapshot !== undefined && !this.dataInPlace) {
        this.#panic(DATA_GONE);
        return;
      }
      this.#wal.write(ready);
      if (ready.sync) {
        this.#writes.push(ready);
        if (!this.#syncing) this.#sync();
      }
      if (ready.snapshot !== undefined) this.#install(ready.snapshot);
      for (const entry of ready.committed) this.#apply(entry);
      for (const read of ready.reads) this.reads.answered(read);
      this.log.note(raft);
      this.#noteLeader();
      this.reads.advance(this.#kernel.now);
      if (raft.log.applied - this.#snapshotIndex < this.#snapshotCount) continue;
      if (!this.dataInPlace) {
        this.#panic(DATA_GONE);
        return;
      }
      this.#takeSnapshot();
    }
  }

  /** Tells the data of this member from any other. */
  get dataIdentity(): object {
    return this.#wal.file;
  }

  /** Does the data still lie where this member keeps it? */
  get dataInPlace(): boolean {
    return this.#wal.inPlace;
  }

  #enqueue(body: ReplicatedBody, seq: number, cause: number, quiet: boolean): void {
    const data: ReplicatedRequest = { pid: this.process.pid, seq, body };
    this.proposals.push({ kind: "normal", data, cause, quiet }, seq);
    this.pump();
  }

  /**
   * Proposes what is queued. The leader waits while its disk is writing: all that comes meanwhile shares the next
   * append, the next fsync and the next messages (group commit).
   */
  #flushProposals(): void {
    const { raft } = this;
    if (raft.lead === 0 || (raft.role === "leader" && (this.#syncing || raft.transferee !== 0))) return;
    const batch = this.proposals.take();
    if (batch.length === 0) return;
    const result = raft.propose(batch);
    if (result === "accepted") return;
    for (const p of batch) {
      const { pid, seq } = p.data as ReplicatedRequest;
      const ours = pid === this.process.pid ? seq : 0;
      if (result === "removed") this.proposals.settle(ours, { ok: false, error: ERR_STOPPED });
      else this.proposals.push(p, ours);
    }
  }

  #received(m: Message): void {
    if (m.type === "MsgProp" && this.raft.role === "leader" && this.#syncing && isNormal(m.entries)) {
      for (const e of m.entries) this.proposals.push(e as Proposal, 0);
      return;
    }
    // Of another cluster, or to who was here before. Models etcd: rafthttp/http.go (cluster and member ID mismatch).
    const { cluster } = this.#wal.owner;
    if (m.to !== this.id || (m.group !== cluster && cluster !== 0)) return;
    if (m.group !== cluster) this.#wal.joined(m.group);
    try {
      this.raft.step(m);
    } catch (e) {
      if (!(e instanceof RaftPanic)) throw e;
      this.#panic(e.message);
      return;
    }
    this.pump();
  }

  /** Ends the process, as Go ends one that panics. */
  #panic(message: string): void {
    panicked(this.process, message);
    this.process.kill({ code: 2, reason: "Error" });
  }

  #send(messages: readonly Message[]): void {
    for (const m of messages) {
      const to = this.memberById(m.to);
      (m as MessageFields).group = this.#wal.owner.cluster;
      if (to !== undefined) this.process.send(to.ip, PEER_PORT, m, m.quiet);
    }
  }

  /** One fsync at a time; what is written meanwhile is covered by the next. */
  #sync(): void {
    this.#syncing = true;
    this.#syncBegan = this.#kernel.now;
    this.#covered = this.#writes.length;
    this.#trimAfterSync = this.#trimTo;
    this.#wal.sync().addWaiter({ settled: () => this.#synced() });
  }

  #synced(): void {
    // The disk outlives the process that asked.
    if (!this.process.alive) return;
    this.log.synced(this.#kernel.now - this.#syncBegan);
    for (; this.#covered > 0; this.#covered--) {
      const ready = this.#writes.shift() as Ready;
      this.raft.persisted();
      this.#send(ready.afterSync);
    }
    if (this.#trimAfterSync > 0) {
      this.raft.compact(this.#trimAfterSync);
      this.#wal.trim(this.#trimAfterSync);
      if (this.#trimTo === this.#trimAfterSync) this.#trimTo = 0;
      this.#trimAfterSync = 0;
    }
    this.#syncing = false;
    // What waited to be proposed comes first, so that the next fsync covers it as well.
    this.pump();
    if (!this.#syncing && (this.#writes.length > 0 || this.#trimTo > 0)) this.#sync();
  }

  #apply(entry: Entry): void {
    if (entry.kind === "conf") this.#applyConf(entry);
    else if (entry.data !== null) this.#applyRequest(entry);
    this.raft.appliedTo(entry.index);
  }

  #applyRequest(entry: Entry): void {
    const { pid, seq, body } = entry.data as ReplicatedRequest;
    const { reply, events } = this.state.apply(body, this.#kernel.now);
    if (body.method === "leaseRevoke") this.#revoking.delete(body.lease);
    if (body.method === "compact" && reply.ok) this.log.compacted(body.revision);
    const waits = pid === this.process.pid && seq > 0;
    if (!waits && (events.length === 0 || this.watches.size === 0)) return;
    this.#kernel.withCause(entry.cause, entry.quiet, () => {
      if (events.length > 0) this.watches.dispatch(this.state.store.revision, events);
      if (waits) this.proposals.settle(seq, reply);
    });
  }

  #applyConf(entry: Entry): void {
    const change = entry.data as ConfChange;
    this.raft.applyConfChange(change);
    const reply = this.state.applyMember(change);
    const { pid, seq, member } = change.context as MemberChange;
    if (reply.ok) this.log.changed(change.type, this.id, member);
    if (pid === this.process.pid && seq > 0) {
      this.#kernel.withCause(entry.cause, entry.quiet, () => this.proposals.settle(seq, reply));
    }
    if (change.type === "remove" && change.id === this.id) this.removed.resolve();
  }

  /** A snapshot from the leader replaces everything. */
  #install(snapshot: Snapshot): void {
    const before = this.state.store.revision;
    this.state.restore(snapshot.data as StateImage);
    this.#snapshotIndex = snapshot.index;
    this.#trimTo = this.#trimAfterSync = 0;
    this.raft.appliedTo(snapshot.index);
    this.watches.resync(before, this.state.store);
  }

  #takeSnapshot(): void {
    const { raft } = this;
    const snapshot = raft.takeSnapshot(this.state.image());
    this.#snapshotIndex = snapshot.index;
    this.#wal.writeSnapshot(snapshot);
    this.#trimTo = Math.max(0, snapshot.index - (this.options.catchUpEntries ?? CATCH_UP_ENTRIES));
    if (!this.#syncing) this.#sync();
  }

  #noteLeader(): void {
    const { raft } = this;
    const now = this.#kernel.now;
    const isLeader = raft.role === "leader";
    if (isLeader !== this.#wasLeader) {
      this.#wasLeader = isLeader;
      this.#revoking.clear();
      if (isLeader) {
        this.state.lessor.promote(now, ELECTION_TIMEOUT);
        this.process.fact("raft-leader", this.options.name, { member: this.id, term: raft.term });
      } else this.state.lessor.demote();
    }
    if (raft.lead === this.#lead) return;
    this.#lead = raft.lead;
    if (raft.lead === 0) return;
    this.#leaderSince = now;
    this.#ticksWithoutLeader = 0;
    this.reads.leaderChanged(now);
    this.#flushProposals();
  }

  #scheduleTick(): void {
    this.#kernel.schedule(TICK, tickMember, this as EtcdMember, true);
  }

  /** Called by the clock. */
  tick(): void {
    if (!this.process.alive) return;
    const now = this.#kernel.now;
    this.raft.tick();
    this.reads.tick(now);
    for (const request of this.proposals.expired(now)) {
      const { exchange, started, quiet } = request;
      refuse(exchange, this.#timeoutError(started), quiet);
    }
    if (this.raft.lead === 0) this.#noteNoLeader();
    if (this.raft.role === "leader" && now >= this.#nextExpiryCheck) this.#revokeExpired(now);
    this.pump();
    this.#scheduleTick();
  }

  #noteNoLeader(): void {
    this.#ticksWithoutLeader++;
    if (this.#ticksWithoutLeader === NO_LEADER_TICKS) {
      this.watches.cancelRequiringLeader(this.state.store.revision, ERR_NO_LEADER);
    }
  }

  /** Has ended leases revoked by proposal, so that all members drop their keys at the same revision. */
  #revokeExpired(now: Micros): void {
    this.#nextExpiryCheck = now + EXPIRY_CHECK;
    for (const lease of this.state.lessor.expired(now)) {
      if (this.#revoking.has(lease)) continue;
      this.#revoking.add(lease);
      this.#enqueue({ method: "leaseRevoke", lease }, 0, this.#kernel.context.id, true);
    }
  }

  /** Models etcd: v3_server.go (parseProposeCtxErr). */
  #timeoutError(started: Micros): EtcdError {
    const lostAt = this.#leaderSince - 2 * ELECTION_TIMEOUT;
    return started > lostAt && started < this.#leaderSince ? ERR_TIMEOUT_LEADER_FAILED : ERR_TIMEOUT;
  }
}

function tickMember(member: EtcdMember): void {
  member.tick();
}

function refuse(exchange: Exchange, error: EtcdError, quiet: boolean): void {
  exchange.respond({ ok: false, error }, quiet);
}

function isNormal(entries: readonly Entry[]): boolean {
  return entries.every((e) => e.kind === "normal");
}
