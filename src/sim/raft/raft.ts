import { assert } from "../../shared/assert";
import type { ProposeResult, RaftConfig, Restored } from "./config";
import { campaign, handleVoteRequest, recordVote, stepCandidate } from "./election";
import { stepFollower } from "./follower";
import { flushAppends, handleProposals, maybeCommit, stepLeader, tickLeader } from "./leader";
import { RaftLog } from "./log";
import { changeMembership, NO_MEMBERS } from "./membership";
import { Progress } from "./progress";
import { ReadQueue } from "./reads";
import type { Ready } from "./ready";
import type { ConfChange, Entry, Membership, Message, MessageFields, MessageType } from "./types";
import type { NodeId, Proposal, ReadState, Role, Snapshot } from "./types";
import { newMessage, NO_ENTRIES, NONE } from "./types";

const NO_MESSAGES: readonly Message[] = [];
const NO_READS: readonly ReadState[] = [];

/**
 * One member of a Raft group as a pure state machine: `tick`, `step` and `propose` in, `ready` out. It knows no
 * clock, disk or network; see `Ready` for what the host has to do.
 * Fields are public for the modules of this folder that hold the roles' rules (election, leader, follower).
 * Models etcd-io/raft: raft.go and rawnode.go.
 */
export class Raft {
  readonly id: NodeId;
  readonly config: RaftConfig;
  readonly log = new RaftLog();
  term = 0;
  vote: NodeId = NONE;
  role: Role = "follower";
  lead: NodeId = NONE;
  membership: Membership = NO_MEMBERS;
  /** What is known of each member, sorted by id; meaningful on the leader. */
  progress = new Map<NodeId, Progress>();
  /** Answers to our candidacy. */
  votes = new Map<NodeId, boolean>();
  /** Ticks since the last election timeout or word from the leader. */
  electionElapsed = 0;
  heartbeatElapsed = 0;
  randomizedTimeout = 0;
  /** No further configuration change may be proposed before this index is applied. */
  pendingConfIndex = 0;
  /** The member that leadership is being handed to. */
  transferee: NodeId = NONE;
  readQueue = new ReadQueue();
  /** Reads that came before the leader committed anything in its term. */
  earlyReads: Message[] = [];
  /** A snapshot from the leader that the host has not been given yet. */
  incomingSnapshot: Snapshot | undefined;
  #messages: Message[] = [];
  #afterSync: Message[] = [];
  #reads: ReadState[] = [];
  #savedTerm = 0;
  #savedVote: NodeId = NONE;
  #savedCommit = 0;
  /** Term and vote as they are on disk, and as each write under way will leave them. */
  #syncedTerm = 0;
  #syncedVote: NodeId = NONE;
  readonly #writes: { term: number; vote: NodeId }[] = [];

  constructor(config: RaftConfig, restored: Restored) {
    assert(config.id !== NONE, "a member needs an id");
    assert(config.electionTicks > config.heartbeatTicks, "electionTicks must exceed heartbeatTicks");
    this.id = config.id;
    this.config = config;
    const hard = restored.hardState;
    this.log.load(restored.snapshot, restored.entries, hard?.commit ?? 0);
    if (hard !== undefined) {
      this.term = this.#savedTerm = this.#syncedTerm = hard.term;
      this.vote = this.#savedVote = this.#syncedVote = hard.vote;
    }
    this.#savedCommit = this.log.committed;
    if (restored.snapshot !== undefined) this.#setMembership(restored.snapshot.membership);
    this.becomeFollower(this.term, NONE);
  }

  // ---- what the host calls ----

  /** One unit of time has passed. */
  tick(): void {
    if (this.role === "leader") {
      tickLeader(this);
      return;
    }
    this.electionElapsed++;
    if (this.promotable && this.electionElapsed >= this.randomizedTimeout) {
      this.electionElapsed = 0;
      this.campaign();
    }
  }

  /** Campaigns at once, as if the election timeout had passed. */
  campaign(): void {
    if (this.role === "leader" || !this.promotable || this.#confChangeUnapplied()) return;
    campaign(this, this.config.preVote ? "pre-vote" : "vote");
  }

  /** Takes a message from another member. */
  step(m: Message): void {
    if (m.term !== 0 && m.term !== this.term && !this.#stepOtherTerm(m)) return;
    if (m.type === "MsgVote" || m.type === "MsgPreVote") handleVoteRequest(this, m);
    else if (this.role === "leader") stepLeader(this, m);
    else if (this.role === "follower") stepFollower(this, m);
    else stepCandidate(this, m);
  }

  /** Asks to have entries replicated, all or none. A follower passes them on to its leader. */
  propose(proposals: readonly Proposal[]): ProposeResult {
    assert(proposals.length > 0, "nothing was proposed");
    if (this.role === "leader") return handleProposals(this, proposals);
    if (this.role !== "follower" || this.lead === NONE) return "no-leader";
    let quiet = true;
    const entries = proposals.map(({ kind, data, cause, quiet: q }): Entry => {
      quiet &&= q;
      return { term: 0, index: 0, kind, data, cause, quiet: q };
    });
    const m = newMessage("MsgProp", this.id, this.lead, 0);
    m.entries = entries;
    m.quiet = quiet;
    this.send(m);
    return "accepted";
  }

  /**
   * Asks up to where the log must be applied before a read that began now is linearizable. The answer comes
   * in `Ready.reads` with the same `context`, or never: then ask again. False when there is no leader to ask.
   */
  readIndex(context: number, quiet: boolean): boolean {
    if (this.lead === NONE) return false;
    const m = newMessage("MsgReadIndex", this.id, this.lead, 0);
    m.context = context;
    m.quiet = quiet;
    if (this.role === "leader") stepLeader(this, m);
    else this.send(m);
    return true;
  }

  /** Hands leadership to a voter that has caught up, as soon as it has; gives up after an election timeout. */
  transferLeadership(to: NodeId): void {
    if (this.lead === NONE) return;
    const m = newMessage("MsgTransferLeader", this.id, this.lead, 0);
    m.hint = to;
    if (this.role === "leader") stepLeader(this, m);
    else this.send(m);
  }

  /** Takes over a committed configuration change. Gives the new membership. */
  applyConfChange(change: ConfChange): Membership {
    this.#setMembership(changeMembership(this.membership, change));
    if (this.role !== "leader") return this.membership;
    if (!this.membership.voters.includes(this.id)) {
      this.becomeFollower(this.term, NONE);
      return this.membership;
    }
    // The quorum may be smaller than before.
    maybeCommit(this);
    for (const p of this.progress.values()) p.appendDue = true;
    if (this.transferee !== NONE && !this.membership.voters.includes(this.transferee)) this.transferee = NONE;
    return this.membership;
  }

  /** A message to this member could not be delivered. */
  reportUnreachable(id: NodeId): void {
    const p = this.progress.get(id);
    if (this.role === "leader" && p?.state === "replicate") p.becomeProbe();
  }

  /** The snapshot that was sent to this member arrived there, or got lost on the way. */
  reportSnapshot(id: NodeId, delivered: boolean): void {
    const p = this.progress.get(id);
    if (this.role !== "leader" || p?.state !== "snapshot") return;
    if (!delivered) p.pendingSnapshot = 0;
    p.becomeProbe();
    // Wait for its answer, or a heartbeat's, before going on.
    p.probeSent = true;
  }

  /** Keeps `data`, the state machine's content as applied now, as the snapshot for followers far behind. */
  takeSnapshot(data: unknown): Snapshot {
    const index = this.log.applied;
    const snapshot = { index, term: this.log.term(index), membership: this.membership, data };
    this.log.snapshot = snapshot;
    return snapshot;
  }

  /** Drops the log up to `index`, which the newest snapshot must cover. */
  compact(index: number): void {
    this.log.compact(index);
  }

  /** Is there anything for the host to do? */
  hasReady(): boolean {
    if (this.role === "leader") flushAppends(this);
    const { log } = this;
    return (
      this.#messages.length > 0 ||
      this.#afterSync.length > 0 ||
      log.offered < log.lastIndex ||
      log.applied < log.applicable ||
      this.incomingSnapshot !== undefined ||
      this.#reads.length > 0 ||
      this.#hardStateChanged()
    );
  }

  /** Hands out everything there is to do, once. */
  ready(): Ready {
    if (this.role === "leader") flushAppends(this);
    const { log } = this;
    const entries = log.offered < log.lastIndex ? log.takeUnwritten() : NO_ENTRIES;
    const snapshot = this.incomingSnapshot;
    const votesChanged = this.term !== this.#savedTerm || this.vote !== this.#savedVote;
    const hardState = this.#hardStateChanged()
      ? { term: this.term, vote: this.vote, commit: log.committed }
      : undefined;
    this.#savedTerm = this.term;
    this.#savedVote = this.vote;
    this.#savedCommit = log.committed;
    const sync = entries.length > 0 || snapshot !== undefined || votesChanged || this.#afterSync.length > 0;
    if (sync) {
      log.writeStarted();
      this.#writes.push({ term: this.term, vote: this.vote });
    }
    const messages = this.#messages;
    const afterSync = this.#afterSync;
    const reads = this.#reads;
    if (messages.length > 0) this.#messages = [];
    if (afterSync.length > 0) this.#afterSync = [];
    if (reads.length > 0) this.#reads = [];
    this.incomingSnapshot = undefined;
    return {
      hardState,
      entries,
      snapshot,
      messages: messages.length > 0 ? messages : NO_MESSAGES,
      afterSync: afterSync.length > 0 ? afterSync : NO_MESSAGES,
      committed:
        snapshot === undefined && log.applied < log.applicable
          ? log.slice(log.applied + 1, log.applicable)
          : NO_ENTRIES,
      reads: reads.length > 0 ? reads : NO_READS,
      sync,
    };
  }

  /** The oldest `Ready` with `sync` set is on disk. */
  persisted(): void {
    const write = this.#writes.shift();
    assert(write !== undefined, "no write is under way");
    this.log.writeDone();
    this.#syncedTerm = write.term;
    this.#syncedVote = write.vote;
    if (this.role === "candidate" && !this.votes.has(this.id) && this.#voteIsSynced()) {
      recordVote(this, this.id, true);
    } else if (this.role === "leader") {
      // Our own disk is one of the majority, no more and no less.
      const own = this.progress.get(this.id);
      if (own?.maybeUpdate(this.log.stable)) maybeCommit(this);
    }
  }

  /** The state machine holds everything up to `index`. */
  appliedTo(index: number): void {
    this.log.appliedTo(index);
  }

  // ---- what the roles' rules call ----

  /** May this member become leader? */
  get promotable(): boolean {
    const p = this.progress.get(this.id);
    return p !== undefined && !p.isLearner && this.incomingSnapshot === undefined;
  }

  send(m: Message): void {
    assert(m.to !== this.id, () => `${m.type} to oneself`);
    this.#messages.push(m);
  }

  /** Sends once all that was decided so far is on disk: for promises that must survive a crash. */
  sendAfterSync(m: Message): void {
    assert(m.to !== this.id, () => `${m.type} to oneself`);
    this.#afterSync.push(m);
  }

  /** Is everything up to `index`, and our term, on disk already? */
  isDurable(index: number): boolean {
    return index <= this.log.stable && this.#syncedTerm === this.term && this.#afterSync.length === 0;
  }

  message(type: MessageType, to: NodeId): MessageFields {
    return newMessage(type, this.id, to, this.term);
  }

  answerRead(index: number, context: number): void {
    this.#reads.push({ index, context });
  }

  becomeFollower(term: number, lead: NodeId): void {
    this.#reset(term);
    this.role = "follower";
    this.lead = lead;
  }

  becomePreCandidate(): void {
    assert(this.role !== "leader", "impossible transition: leader → pre-candidate");
    // The term stays: nothing is decided yet.
    this.votes = new Map();
    this.lead = NONE;
    this.role = "pre-candidate";
  }

  becomeCandidate(): void {
    assert(this.role !== "leader", "impossible transition: leader → candidate");
    this.#reset(this.term + 1);
    this.vote = this.id;
    this.role = "candidate";
  }

  becomeLeader(): void {
    assert(this.role === "candidate", () => `impossible transition: ${this.role} → leader`);
    this.#reset(this.term);
    this.role = "leader";
    this.lead = this.id;
    const own = this.progress.get(this.id) as Progress;
    own.becomeReplicate();
    own.recentActive = true;
    // There may be changes among the entries taken over; wait until all of those are applied.
    this.pendingConfIndex = this.log.lastIndex;
    // Older entries commit by way of this one: only entries of its own term count for a leader (§5.4.2).
    this.appendAsLeader([{ kind: "normal", data: null, cause: 0, quiet: false }]);
  }

  /** Puts proposals into the leader's log; they go out with the next flush. */
  appendAsLeader(proposals: readonly Proposal[]): void {
    let index = this.log.lastIndex;
    const entries = proposals.map(({ kind, data, cause, quiet }): Entry => {
      index++;
      return { term: this.term, index, kind, data, cause, quiet };
    });
    this.log.append(entries);
    for (const p of this.progress.values()) p.appendDue = true;
  }

  #reset(term: number): void {
    if (term !== this.term) {
      assert(term > this.term, () => `the term goes back from ${this.term} to ${term}`);
      this.term = term;
      this.vote = NONE;
    }
    this.lead = NONE;
    this.electionElapsed = 0;
    this.heartbeatElapsed = 0;
    this.randomizedTimeout = this.config.electionTicks + this.config.random.below(this.config.electionTicks);
    this.transferee = NONE;
    this.votes = new Map();
    this.pendingConfIndex = 0;
    this.readQueue = new ReadQueue();
    this.earlyReads = [];
    for (const [id, p] of this.progress) this.progress.set(id, this.#newProgress(id, p.isLearner));
  }

  #newProgress(id: NodeId, isLearner: boolean): Progress {
    const p = new Progress(this.log.lastIndex + 1, isLearner, id === this.id ? 1 : this.config.maxInflight);
    if (id === this.id) p.match = this.log.stable;
    return p;
  }

  #setMembership(membership: Membership): void {
    const before = this.progress;
    this.membership = membership;
    this.progress = new Map();
    for (const id of [...membership.voters, ...membership.learners].sort((a, b) => a - b)) {
      const isLearner = membership.learners.includes(id);
      const known = before.get(id);
      if (known !== undefined && known.isLearner === isLearner) {
        this.progress.set(id, known);
        continue;
      }
      const p = this.#newProgress(id, isLearner);
      if (known !== undefined) p.match = known.match;
      // Not held against the leader at the next quorum check: it has had no time to answer.
      p.recentActive = true;
      this.progress.set(id, p);
    }
  }

  /** A snapshot from the leader brings its membership along. */
  restoreSnapshot(snapshot: Snapshot): void {
    this.log.restore(snapshot);
    this.incomingSnapshot = snapshot;
    this.#setMembership(snapshot.membership);
  }

  #hardStateChanged(): boolean {
    return (
      this.term !== this.#savedTerm ||
      this.vote !== this.#savedVote ||
      this.log.committed !== this.#savedCommit
    );
  }

  #voteIsSynced(): boolean {
    return this.#syncedTerm === this.term && this.#syncedVote === this.id;
  }

  #confChangeUnapplied(): boolean {
    for (let i = this.log.applied + 1; i <= this.log.committed; i++) {
      if (i >= this.log.firstIndex && this.log.entry(i).kind === "conf") return true;
    }
    return false;
  }

  /** Deals with a message of another term. False when that was all. */
  #stepOtherTerm(m: Message): boolean {
    const isVote = m.type === "MsgVote" || m.type === "MsgPreVote";
    if (m.term > this.term) {
      const byTransfer = m.context === 1;
      const heardLeader =
        this.config.checkQuorum && this.lead !== NONE && this.electionElapsed < this.config.electionTicks;
      // As long as the leader is heard, nobody can talk us into an election (§6 of the paper, §4.2.3 of the thesis).
      if (isVote && heardLeader && !byTransfer) return false;
      // Asking or granting a pre-vote in a future term commits nobody to it.
      if (m.type === "MsgPreVote" || (m.type === "MsgPreVoteResp" && !m.reject)) return true;
      const fromLeader = m.type === "MsgApp" || m.type === "MsgHeartbeat" || m.type === "MsgSnap";
      this.becomeFollower(m.term, fromLeader ? m.from : NONE);
      return true;
    }
    const guarded = this.config.checkQuorum || this.config.preVote;
    if (guarded && (m.type === "MsgHeartbeat" || m.type === "MsgApp")) {
      // A leader of an old term cannot be told by our vote requests, which lease or pre-vote hold back.
      this.send(this.message("MsgAppResp", m.from));
    } else if (m.type === "MsgPreVote") {
      const answer = this.message("MsgPreVoteResp", m.from);
      answer.reject = true;
      this.send(answer);
    }
    return false;
  }
}
