import { assert } from "../../shared/assert";
import type { ConfChange, Entry, Membership, NodeId } from "./types";
import { NONE } from "./types";

export const NO_MEMBERS: Membership = { voters: [], learners: [] };

/**
 * The membership after one single-step change. Adding a voter that is a learner promotes it; adding a
 * learner that is a voter demotes it; removing somebody unknown changes nothing.
 * Models etcd-io/raft: confchange/confchange.go (Simple).
 */
export function changeMembership(members: Membership, change: ConfChange): Membership {
  assert(change.id !== NONE, "a configuration change needs a member");
  const voters = members.voters.filter((id) => id !== change.id);
  const learners = members.learners.filter((id) => id !== change.id);
  if (change.type === "add-voter") insertSorted(voters, change.id);
  if (change.type === "add-learner") insertSorted(learners, change.id);
  assert(voters.length > 0, () => `removing ${change.id} would leave no voter`);
  return { voters, learners };
}

/** Would this change leave the group without a voter? Such a change must not be proposed. */
export function leavesNoVoter(members: Membership, change: ConfChange): boolean {
  if (change.type === "add-voter") return false;
  return members.voters.every((id) => id === change.id);
}

/**
 * The log that a new group starts from: one configuration entry a member, all of term 1 and committed.
 * Every founding member must be given the same list. Models etcd-io/raft: bootstrap.go.
 */
export function bootstrapEntries(founders: readonly { id: NodeId; context: unknown }[]): Entry[] {
  const sorted = [...founders].sort((a, b) => a.id - b.id);
  return sorted.map(({ id, context }, i) => {
    const change: ConfChange = { type: "add-voter", id, context };
    return { term: 1, index: i + 1, kind: "conf", data: change, cause: 0, quiet: true };
  });
}

function insertSorted(ids: NodeId[], id: NodeId): void {
  let at = 0;
  while (at < ids.length && (ids[at] as NodeId) < id) at++;
  ids.splice(at, 0, id);
}
