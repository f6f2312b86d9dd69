import { handleAppend, handleHeartbeat, handleSnapshot } from "./append";
import { voteResult } from "./quorum";
import type { Raft } from "./raft";
import type { Message, NodeId } from "./types";
import { NONE } from "./types";

export type CampaignKind = "pre-vote" | "vote" | "transfer";

/** Asks the other voters for their votes. Models etcd-io/raft: raft.go (campaign). */
export function campaign(r: Raft, kind: CampaignKind): void {
  const asksOnly = kind === "pre-vote";
  if (asksOnly) r.becomePreCandidate();
  else r.becomeCandidate();
  for (const id of r.membership.voters) {
    if (id === r.id) continue;
    const m = r.message(asksOnly ? "MsgPreVote" : "MsgVote", id);
    m.index = r.log.lastIndex;
    m.logTerm = r.log.lastTerm;
    m.context = kind === "transfer" ? 1 : 0;
    if (asksOnly) {
      m.term = r.term + 1;
      r.send(m);
    } else {
      // Nobody may learn of our new term before our disk has: we could campaign twice in it, with two logs.
      r.sendAfterSync(m);
    }
  }
  // A real vote for oneself counts when it is on disk (see `persisted`); a pre-vote promises nothing.
  if (asksOnly) recordVote(r, r.id, true);
}

/** Counts an answer to our candidacy and acts on the outcome. */
export function recordVote(r: Raft, from: NodeId, granted: boolean): void {
  if (!r.votes.has(from)) r.votes.set(from, granted);
  let yes = 0;
  let no = 0;
  for (const id of r.membership.voters) {
    const vote = r.votes.get(id);
    if (vote === true) yes++;
    else if (vote === false) no++;
  }
  const result = voteResult(r.membership.voters.length, yes, no);
  if (result === "lost") r.becomeFollower(r.term, NONE);
  else if (result === "won" && r.role === "pre-candidate") campaign(r, "vote");
  else if (result === "won") r.becomeLeader();
}

/**
 * Gives or refuses a vote (§5.2, §5.4.1). At most one real vote a term; it is sent when it is on disk.
 * Models etcd-io/raft: raft.go (Step, MsgVote and MsgPreVote).
 */
export function handleVoteRequest(r: Raft, m: Message): void {
  const isPreVote = m.type === "MsgPreVote";
  const free = r.vote === m.from || (r.vote === NONE && r.lead === NONE) || (isPreVote && m.term > r.term);
  const granted = free && r.log.isUpToDate(m.index, m.logTerm);
  const answer = r.message(isPreVote ? "MsgPreVoteResp" : "MsgVoteResp", m.from);
  answer.reject = !granted;
  // A granted pre-vote is for the term that was asked about, not for ours.
  if (granted) answer.term = m.term;
  if (granted && !isPreVote) {
    r.electionElapsed = 0;
    r.vote = m.from;
    r.sendAfterSync(answer);
  } else {
    r.send(answer);
  }
}

/** A (pre-)candidate's rules. */
export function stepCandidate(r: Raft, m: Message): void {
  switch (m.type) {
    case "MsgApp":
      r.becomeFollower(m.term, m.from);
      handleAppend(r, m);
      break;
    case "MsgHeartbeat":
      r.becomeFollower(m.term, m.from);
      handleHeartbeat(r, m);
      break;
    case "MsgSnap":
      r.becomeFollower(m.term, m.from);
      handleSnapshot(r, m);
      break;
    case "MsgPreVoteResp":
      if (r.role === "pre-candidate") recordVote(r, m.from, !m.reject);
      break;
    case "MsgVoteResp":
      if (r.role === "candidate") recordVote(r, m.from, !m.reject);
      break;
    default:
      // Proposals and reads find no leader here: they are dropped, and the host's deadline tells its client.
      break;
  }
}
