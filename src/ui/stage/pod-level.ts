/** How much of a pod is drawn, by how many there are; and what its outline and fill say. */
import type { PodView } from "../../scene/types";

export type PodLevel = "card" | "square" | "dot" | "bar";

const LEVELS: readonly { readonly level: PodLevel; readonly most: number; readonly capacity: number }[] = [
  { level: "card", most: 40, capacity: 9 },
  { level: "square", most: 150, capacity: 24 },
  { level: "dot", most: 600, capacity: 144 },
  { level: "bar", most: Infinity, capacity: Infinity },
];

/** The level for `pods` pods on `workers` workers in all. */
export function levelFor(pods: number, workers: number): PodLevel {
  if (workers > 20) return "bar";
  return LEVELS.find(({ most }) => pods <= most)?.level ?? "bar";
}

/** The level of one card: the stage's, or less detail where its slots don't fit. */
export function cardLevel(stageLevel: PodLevel, highestSlot: number): PodLevel {
  const from = LEVELS.findIndex(({ level }) => level === stageLevel);
  return LEVELS.find(({ capacity }, at) => at >= from && highestSlot < capacity)?.level ?? "bar";
}

/** Slots that a card of this level draws, filled or empty. */
export const slotsOf = (level: PodLevel): number => {
  const capacity = LEVELS.find((entry) => entry.level === level)?.capacity ?? 0;
  return capacity === Infinity ? 0 : capacity;
};

export type Fill = "full" | "half" | "low" | "none";

const BY_LOOK: Readonly<Record<PodView["look"], Fill>> = {
  ready: "full",
  "not-ready": "half",
  creating: "low",
  pending: "none",
  crash: "none",
  terminating: "full",
  succeeded: "full",
  unknown: "none",
};

/** What fills the outline: with the truth shown, what runs on the machine; without, what the cluster believes. */
export function fillOf(pod: PodView, truth: boolean): Fill {
  if (pod.look === "succeeded") return "full";
  if (!truth) return BY_LOOK[pod.look];
  switch (pod.actual) {
    case "ready":
      return "full";
    case "running":
      return "half";
    case "starting":
      return "low";
    case "none":
    case "exited":
      return "none";
  }
}

/** Recorded as running, but nothing runs: the gap that the product is about. */
export const isGhost = (pod: PodView, truth: boolean): boolean =>
  truth && pod.recorded && (pod.look === "ready" || pod.look === "not-ready") && fillOf(pod, true) === "none";

/** Never grouped away. */
export const isAbnormal = (pod: PodView, truth: boolean): boolean =>
  (pod.look !== "ready" && pod.look !== "succeeded" && pod.look !== "creating") ||
  !pod.recorded ||
  isGhost(pod, truth);
