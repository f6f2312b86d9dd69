import { describe, expect, it } from "vitest";
import { quorumSize, reachedByMajority, voteResult } from "./quorum";
import { seededRandom } from "./test-cluster";

it.each([
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 3],
  [5, 3],
  [7, 4],
])("a majority of %i is %i", (members, quorum) => {
  expect(quorumSize(members)).toBe(quorum);
});

describe("reachedByMajority", () => {
  it.each<[number[], number]>([
    [[], 0],
    [[5], 5],
    [[5, 9], 5],
    [[5, 9, 1], 5],
    [[0, 0, 7], 0],
    [[4, 4, 2, 9], 4],
    [[1, 9, 8, 7, 2], 7],
  ])("of %j is %i", (reached, index) => {
    expect(reachedByMajority([...reached])).toBe(index);
  });

  it("agrees with counting, value by value", () => {
    const random = seededRandom(3);
    for (let round = 0; round < 500; round++) {
      const reached = Array.from({ length: 1 + random.below(7) }, () => random.below(6));
      const counted = [5, 4, 3, 2, 1, 0].find(
        (v) => reached.filter((x) => x >= v).length >= quorumSize(reached.length),
      );
      expect(reachedByMajority([...reached])).toBe(counted);
    }
  });
});

it.each([
  [3, 2, 0, "won"],
  [3, 1, 1, "pending"],
  [3, 1, 2, "lost"],
  [4, 2, 1, "pending"],
  [4, 2, 2, "lost"],
  [1, 1, 0, "won"],
])("of %i voters %i for and %i against: %s", (voters, granted, refused, result) => {
  expect(voteResult(voters, granted, refused)).toBe(result);
});
