import { assert } from "../../shared/assert";
import type { Raft } from "./raft";
import type { Message, Snapshot } from "./types";

/**
 * Takes entries over, or says where the logs may still agree (§5.3).
 * Models etcd-io/raft: raft.go (handleAppendEntries, handleHeartbeat, handleSnapshot).
 */
export function handleAppend(r: Raft, m: Message): void {
  const { log } = r;
  const answer = r.message("MsgAppResp", m.from);
  answer.quiet = m.quiet;
  if (m.index < log.committed) {
    // Late or repeated. What is committed agrees with every leader's log.
    answer.index = log.committed;
    sendWhenDurable(r, answer);
    return;
  }
  const last = log.maybeAppend(m.index, m.logTerm, m.entries);
  if (last !== undefined) {
    log.commitTo(Math.min(m.commit, last));
    answer.index = last;
    sendWhenDurable(r, answer);
    return;
  }
  // Whole terms are skipped: nothing of a later term than the leader's at that place can agree with it.
  answer.reject = true;
  answer.index = m.index;
  answer.hint = log.findConflictByTerm(Math.min(m.index, log.lastIndex), m.logTerm);
  answer.logTerm = Math.max(log.term(answer.hint), 0);
  r.send(answer);
}

export function handleHeartbeat(r: Raft, m: Message): void {
  r.log.commitTo(m.commit);
  const answer = r.message("MsgHeartbeatResp", m.from);
  answer.context = m.context;
  answer.quiet = m.quiet;
  r.send(answer);
}

export function handleSnapshot(r: Raft, m: Message): void {
  const { snapshot } = m;
  assert(snapshot !== null, "MsgSnap without a snapshot");
  const answer = r.message("MsgAppResp", m.from);
  answer.index = restore(r, snapshot) ? r.log.lastIndex : r.log.committed;
  sendWhenDurable(r, answer);
}

/** False when the snapshot brings nothing that the log does not have. */
function restore(r: Raft, snapshot: Snapshot): boolean {
  if (snapshot.index <= r.log.committed) return false;
  if (r.log.matches(snapshot.index, snapshot.term)) {
    r.log.commitTo(snapshot.index);
    return false;
  }
  r.restoreSnapshot(snapshot);
  return true;
}

/** An acknowledgement counts towards a majority: it must not come before the entries are on disk. */
function sendWhenDurable(r: Raft, answer: Message): void {
  if (r.isDurable(answer.index) && r.incomingSnapshot === undefined) r.send(answer);
  else r.sendAfterSync(answer);
}
