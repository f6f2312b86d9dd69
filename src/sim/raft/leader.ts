import { assert } from "../../shared/assert";
import type { ProposeResult } from "./config";
import { UNKNOWN_TERM } from "./log";
import { leavesNoVoter } from "./membership";
import type { Progress } from "./progress";
import { quorumSize, reachedByMajority } from "./quorum";
import type { Raft } from "./raft";
import type { ConfChange, Message, NodeId, Proposal } from "./types";
import { NO_ENTRIES, NONE } from "./types";

/** Ticks, in election timeouts, after which a snapshot that nobody acknowledged counts as lost. */
const SNAPSHOT_PATIENCE = 5;

/** Scratch for `reachedByMajority`: commits are counted thousands of times a second. */
const scratch: number[] = [];

/** A leader's clock: heartbeats, the quorum check, the end of a transfer that does not come off. */
export function tickLeader(r: Raft): void {
  const { config } = r;
  r.electionElapsed++;
  r.heartbeatElapsed++;
  if (r.electionElapsed >= config.electionTicks) {
    r.electionElapsed = 0;
    if (config.checkQuorum && !quorumIsActive(r)) {
      r.becomeFollower(r.term, NONE);
      return;
    }
    r.transferee = NONE;
  }
  for (const p of r.progress.values()) if (p.state === "snapshot") p.snapshotTicks++;
  if (r.heartbeatElapsed >= config.heartbeatTicks) {
    r.heartbeatElapsed = 0;
    broadcastHeartbeat(r, true);
  }
}

/** A leader's rules. Models etcd-io/raft: raft.go (stepLeader). */
export function stepLeader(r: Raft, m: Message): void {
  switch (m.type) {
    case "MsgProp":
      handleForwarded(r, m);
      return;
    case "MsgReadIndex":
      handleReadIndex(r, m);
      return;
    case "MsgTransferLeader":
      handleTransfer(r, m.hint);
      return;
    default:
      break;
  }
  const p = r.progress.get(m.from);
  // Somebody who was removed, or is not in our configuration yet.
  if (p === undefined) return;
  if (m.type === "MsgAppResp") {
    p.recentActive = true;
    if (m.reject) handleRefusal(r, p, m);
    else handleAcknowledgement(r, p, m);
  } else if (m.type === "MsgHeartbeatResp") {
    p.recentActive = true;
    handleHeartbeatResponse(r, p, m);
  }
}

/** Takes proposals of this member's own host. All or none. */
export function handleProposals(r: Raft, proposals: readonly Proposal[]): ProposeResult {
  if (!r.progress.has(r.id)) return "removed";
  if (r.transferee !== NONE) return "transferring";
  for (const proposal of proposals) if (!mayPropose(r, proposal)) return "conf-change-pending";
  noteConfChanges(r, proposals);
  r.appendAsLeader(proposals);
  return "accepted";
}

/** Proposals that a follower passed on. It is not told what becomes of them. */
function handleForwarded(r: Raft, m: Message): void {
  if (!r.progress.has(r.id) || r.transferee !== NONE || m.entries.length === 0) return;
  const proposals = m.entries.map((e): Proposal => {
    if (mayPropose(r, e)) return e;
    return { kind: "normal", data: null, cause: e.cause, quiet: e.quiet };
  });
  noteConfChanges(r, proposals);
  r.appendAsLeader(proposals);
}

/** One configuration change at a time: two majorities of neighbouring configurations must overlap. */
function mayPropose(r: Raft, proposal: Proposal): boolean {
  if (proposal.kind !== "conf") return true;
  if (r.pendingConfIndex > r.log.applied) return false;
  return !leavesNoVoter(r.membership, proposal.data as ConfChange);
}

function noteConfChanges(r: Raft, proposals: readonly Proposal[]): void {
  for (let i = 0; i < proposals.length; i++) {
    if (proposals[i]?.kind !== "conf") continue;
    assert(r.pendingConfIndex <= r.log.lastIndex, "two configuration changes in one proposal");
    r.pendingConfIndex = r.log.lastIndex + i + 1;
  }
}

/** Moves the commit index to what a majority holds, if that is of our own term (§5.4.2). */
export function maybeCommit(r: Raft): boolean {
  scratch.length = 0;
  for (const p of r.progress.values()) if (!p.isLearner) scratch.push(p.match);
  const index = reachedByMajority(scratch);
  const { log } = r;
  if (index <= log.committed || log.term(index) !== r.term) return false;
  log.commitTo(index);
  for (const p of r.progress.values()) p.appendDue = true;
  const early = r.earlyReads;
  if (early.length > 0) {
    r.earlyReads = [];
    for (const m of early) handleReadIndex(r, m);
  }
  return true;
}

/** Sends what is due: appends to followers that may get one, and the heartbeat round of waiting reads. */
export function flushAppends(r: Raft): void {
  if (r.readQueue.due) broadcastHeartbeat(r, r.readQueue.quiet);
  for (const [id, p] of r.progress) {
    if (!p.appendDue) continue;
    p.appendDue = false;
    if (id !== r.id) sendAppends(r, id, p);
  }
}

function sendAppends(r: Raft, to: NodeId, p: Progress): void {
  const { log, config } = r;
  let force = p.forceAppend;
  p.forceAppend = false;
  for (;;) {
    if (p.paused) return;
    const previous = p.next - 1;
    const last = Math.min(log.lastIndex, previous + config.maxAppendEntries);
    const probing = p.state === "probe";
    if (last === previous && !force && !probing && p.sentCommit >= log.committed) return;
    const previousTerm = log.term(previous);
    if (previousTerm === UNKNOWN_TERM) {
      sendSnapshot(r, to, p);
      return;
    }
    const m = r.message("MsgApp", to);
    m.index = previous;
    m.logTerm = previousTerm;
    m.commit = log.committed;
    m.entries = last > previous ? log.slice(p.next, last) : NO_ENTRIES;
    m.quiet = !probing && isQuietNews(r, p, m);
    r.send(m);
    p.sentCommit = log.committed;
    p.sent(last, m.entries.length);
    force = false;
    if (last === log.lastIndex) return;
  }
}

/** Is everything that this append tells, new entries and newly committed ones, quiet? */
function isQuietNews(r: Raft, p: Progress, m: Message): boolean {
  for (let i = 0; i < m.entries.length; i++) if (m.entries[i]?.quiet === false) return false;
  const from = Math.max(p.sentCommit + 1, r.log.firstIndex);
  for (let i = from; i <= m.commit; i++) if (!r.log.entry(i).quiet) return false;
  return true;
}

function sendSnapshot(r: Raft, to: NodeId, p: Progress): void {
  // Not to somebody who seems to be gone: it would be sent in vain, and it is large.
  if (!p.recentActive) return;
  const { snapshot } = r.log;
  assert(snapshot !== undefined, "the log was compacted without a snapshot");
  const m = r.message("MsgSnap", to);
  m.snapshot = snapshot;
  r.send(m);
  p.becomeSnapshot(snapshot.index);
}

function handleRefusal(r: Raft, p: Progress, m: Message): void {
  let hint = m.hint;
  // Skip from our side too: no entry of ours of a later term than the follower's can agree with its log.
  if (m.logTerm > 0) hint = r.log.findConflictByTerm(m.hint, m.logTerm);
  if (!p.maybeDecrement(m.index, hint)) return;
  if (p.state === "replicate") p.becomeProbe();
  p.appendDue = true;
}

function handleAcknowledgement(r: Raft, p: Progress, m: Message): void {
  const wasPaused = p.paused;
  const news = p.maybeUpdate(m.index);
  if (!news && !(p.state === "probe" && p.match === m.index)) return;
  if (p.state === "probe") {
    p.becomeReplicate();
  } else if (p.state === "snapshot") {
    // It has the snapshot, or got by other ways to where our log can take over.
    if (p.match + 1 >= r.log.firstIndex) p.becomeReplicate();
  } else {
    p.acknowledged(m.index);
  }
  maybeCommit(r);
  // There may be more to send, or a commit index to tell that the pause held back.
  if (wasPaused || p.next <= r.log.lastIndex) p.appendDue = true;
  if (m.from === r.transferee && p.match === r.log.lastIndex) r.send(r.message("MsgTimeoutNow", m.from));
}

function handleHeartbeatResponse(r: Raft, p: Progress, m: Message): void {
  p.probeSent = false;
  if (p.state === "replicate" && p.windowFull) p.freeOldest();
  if (p.state === "snapshot" && p.snapshotTicks > SNAPSHOT_PATIENCE * r.config.electionTicks) {
    // It answers heartbeats but never the snapshot: that got lost.
    p.pendingSnapshot = 0;
    p.becomeProbe();
  }
  if (p.match < r.log.lastIndex || p.state === "probe") {
    p.appendDue = true;
    // If an append got lost, only the next one's refusal shows it.
    p.forceAppend = true;
  }
  if (m.context > p.readRound) {
    p.readRound = m.context;
    confirmReads(r);
  }
}

function broadcastHeartbeat(r: Raft, quiet: boolean): void {
  r.readQueue.due = false;
  for (const [id, p] of r.progress) {
    if (id === r.id) continue;
    const m = r.message("MsgHeartbeat", id);
    // Not beyond what it is known to have: a follower must not commit what it may have to cut off.
    m.commit = Math.min(p.match, r.log.committed);
    m.context = r.readQueue.round;
    m.quiet = quiet;
    r.send(m);
  }
}

/** A read is linearizable at our commit index if we were still leader after it came (§8). */
function handleReadIndex(r: Raft, m: Message): void {
  const { log } = r;
  if (log.term(log.committed) !== r.term) {
    // Until we have committed in our own term, our commit index may be behind that of the leader before us.
    r.earlyReads.push(m);
    return;
  }
  if (r.membership.voters.length === 1) {
    deliverRead(r, m.from, log.committed, m.context, m.quiet);
    return;
  }
  r.readQueue.add(log.committed, m.from, m.context, m.quiet);
}

function confirmReads(r: Raft): void {
  if (r.readQueue.size === 0) return;
  scratch.length = 0;
  for (const [id, p] of r.progress) {
    if (!p.isLearner) scratch.push(id === r.id ? r.readQueue.round : p.readRound);
  }
  const confirmed = r.readQueue.confirm(reachedByMajority(scratch));
  for (const read of confirmed) deliverRead(r, read.from, read.index, read.context, read.quiet);
}

function deliverRead(r: Raft, from: NodeId, index: number, context: number, quiet: boolean): void {
  if (from === r.id) {
    r.answerRead(index, context);
    return;
  }
  const m = r.message("MsgReadIndexResp", from);
  m.index = index;
  m.context = context;
  m.quiet = quiet;
  r.send(m);
}

function handleTransfer(r: Raft, to: NodeId): void {
  const p = r.progress.get(to);
  if (to === r.id || p === undefined || p.isLearner || r.transferee === to) return;
  r.transferee = to;
  // It has an election timeout's time from now.
  r.electionElapsed = 0;
  if (p.match === r.log.lastIndex) {
    r.send(r.message("MsgTimeoutNow", to));
  } else {
    p.appendDue = true;
    p.forceAppend = true;
  }
}

function quorumIsActive(r: Raft): boolean {
  let active = 0;
  for (const [id, p] of r.progress) {
    if (!p.isLearner && (id === r.id || p.recentActive)) active++;
    p.recentActive = id === r.id;
  }
  return active >= quorumSize(r.membership.voters.length);
}
