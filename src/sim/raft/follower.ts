import { handleAppend, handleHeartbeat, handleSnapshot } from "./append";
import { campaign } from "./election";
import type { Raft } from "./raft";
import type { Message } from "./types";
import { NONE } from "./types";

/** A follower's rules. Models etcd-io/raft: raft.go (stepFollower). */
export function stepFollower(r: Raft, m: Message): void {
  switch (m.type) {
    case "MsgApp":
      heardLeader(r, m);
      handleAppend(r, m);
      break;
    case "MsgHeartbeat":
      heardLeader(r, m);
      handleHeartbeat(r, m);
      break;
    case "MsgSnap":
      heardLeader(r, m);
      handleSnapshot(r, m);
      break;
    case "MsgProp":
    case "MsgReadIndex":
    case "MsgTransferLeader":
      // Whoever sent this took us for the leader. Pass it on once; never back to where it came from.
      if (r.lead !== NONE && r.lead !== m.from) r.send({ ...m, to: r.lead });
      break;
    case "MsgReadIndexResp":
      r.answerRead(m.index, m.context);
      break;
    case "MsgTimeoutNow":
      // The leader wants us to take over: no pre-vote, and voters ignore their lease.
      if (r.promotable) campaign(r, "transfer");
      break;
    default:
      break;
  }
}

function heardLeader(r: Raft, m: Message): void {
  r.electionElapsed = 0;
  r.lead = m.from;
}
