import { startTime, type Candidate } from "./victims";

/** Priorities are 32-bit integers; shifted by this they are positive, so more victims never weigh less. */
const SHIFT = 2_147_483_648;

function highestPriority({ victims }: Candidate): number {
  return victims[0]?.priority ?? -SHIFT;
}

function prioritySum({ victims }: Candidate): number {
  let sum = 0;
  for (const { priority } of victims) sum += priority + SHIFT;
  return sum;
}

/** The earliest start among the most important victims. */
function earliestStart(candidate: Candidate): number {
  const highest = highestPriority(candidate);
  let earliest = Infinity;
  for (const victim of candidate.victims) {
    if (victim.priority === highest) earliest = Math.min(earliest, startTime(victim));
  }
  return earliest;
}

/** What candidates are compared by, the lowest wins; each decides only among equals of those before. */
const CRITERIA: readonly ((candidate: Candidate) => number)[] = [
  ({ violations }) => violations,
  highestPriority,
  prioritySum,
  ({ victims }) => victims.length,
  (candidate) => -earliestStart(candidate),
];

/** The candidate whose victims are missed least; the first among equals (upstream `pickOneNodeForPreemption`). */
export function pickCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  let left = candidates;
  for (const criterion of CRITERIA) {
    if (left.length <= 1) break;
    let least = Infinity;
    let best: Candidate[] = [];
    for (const candidate of left) {
      const value = criterion(candidate);
      if (value < least) {
        least = value;
        best = [candidate];
      } else if (value === least) best.push(candidate);
    }
    left = best.length > 0 ? best : left;
  }
  return left[0];
}
