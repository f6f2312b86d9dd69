/** Counting in a majority. Models etcd-io/raft: quorum/majority.go. */

/** How many of `members` make a majority: 1→1, 2→2, 3→2, 4→3, 5→3. */
export function quorumSize(members: number): number {
  return Math.floor(members / 2) + 1;
}

/**
 * The largest value that a majority has reached, given what each voter has reached; 0 with no voters.
 * Sorts `reached` in place: callers hand in a scratch array.
 */
export function reachedByMajority(reached: number[]): number {
  const n = reached.length;
  if (n === 0) return 0;
  // Insertion sort: groups have a handful of members and no comparator call is worth it.
  for (let i = 1; i < n; i++) {
    const value = reached[i] as number;
    let j = i - 1;
    while (j >= 0 && (reached[j] as number) > value) {
      reached[j + 1] = reached[j] as number;
      j--;
    }
    reached[j + 1] = value;
  }
  return reached[n - quorumSize(n)] as number;
}

export type VoteResult = "won" | "lost" | "pending";

/** The state of an election among `voters` members. */
export function voteResult(voters: number, granted: number, refused: number): VoteResult {
  const quorum = quorumSize(voters);
  if (granted >= quorum) return "won";
  if (voters - refused < quorum) return "lost";
  return "pending";
}
