import { expect, it } from "vitest";
import { resolveFenceposts } from "./fenceposts";

it.each([
  // replicas, maxSurge, maxUnavailable → surge (up), unavailable (down)
  [4, "25%", "25%", 1, 1],
  [3, "25%", "25%", 1, 0],
  [10, "25%", "25%", 3, 2],
  [1, "25%", "25%", 1, 0],
  [100, "10%", "5%", 10, 5],
  [5, 2, 1, 2, 1],
  [5, 0, "10%", 0, 1],
  [3, "0%", "0%", 0, 1],
  [0, "25%", "25%", 0, 1],
  [7, "100%", "100%", 7, 7],
] as const)("%i replicas with surge %s and unavailable %s", (desired, surge, unavailable, up, down) => {
  expect(resolveFenceposts(surge, unavailable, desired)).toEqual({ surge: up, unavailable: down });
});
