/**
 * From what the metrics ask for to what is done: windows of stabilization, policies of speed, bounds
 * (`pkg/controller/podautoscaler/horizontal.go` normalizeDesiredReplicas…). Pure but for the memory it is handed.
 */
import type { HorizontalPodAutoscaler, HpaScalingRules } from "../../api/types";
import { MINUTE, SECOND, type Micros } from "../../kernel/time";

/** `--horizontal-pod-autoscaler-downscale-stabilization`. */
const DOWNSCALE_WINDOW: Micros = 5 * MINUTE;
const SCALE_UP_FACTOR = 2;
const SCALE_UP_MINIMUM = 4;

/** What is remembered of one autoscaler. */
export interface Memory {
  /** What the metrics asked for. */
  recommendations: { readonly at: Micros; readonly replicas: number }[];
  /** Replicas that were added, and taken away. */
  ups: { readonly at: Micros; readonly change: number }[];
  downs: { readonly at: Micros; readonly change: number }[];
}

/** A condition that is to be set. */
export interface Finding {
  readonly type: "AbleToScale" | "ScalingLimited";
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

export interface Limited {
  readonly replicas: number;
  readonly findings: readonly Finding[];
}

const READY: Finding = {
  type: "AbleToScale",
  status: "True",
  reason: "ReadyForNewScale",
  message: "recommended size matches current size",
};
const WITHIN: Finding = {
  type: "ScalingLimited",
  status: "False",
  reason: "DesiredWithinRange",
  message: "the desired count is within the acceptable range",
};

function limited(reason: string, text: string): Finding {
  return { type: "ScalingLimited", status: "True", reason, message: `the desired replica count is ${text}` };
}

const TOO_FEW = limited("TooFewReplicas", "less than the minimum replica count");
const TOO_MANY = limited("TooManyReplicas", "more than the maximum replica count");
const UP_LIMIT = limited("ScaleUpLimit", "increasing faster than the maximum scale rate");
const DOWN_LIMIT = limited("ScaleDownLimit", "decreasing faster than the maximum scale rate");

/** What may be done of what is wanted, now. */
export function limit(
  { spec }: HorizontalPodAutoscaler,
  memory: Memory,
  current: number,
  wanted: number,
  now: Micros,
): Limited {
  const { scaleUp, scaleDown } = spec.behavior ?? {};
  const stable = stabilized(
    memory,
    current,
    wanted,
    now,
    windowOf(scaleUp, 0),
    windowOf(scaleDown, DOWNSCALE_WINDOW),
  );
  const bounds = { min: spec.minReplicas ?? 1, max: spec.maxReplicas };
  const replicas = stable.replicas;
  const bounded =
    spec.behavior === undefined
      ? plainBounds(current, replicas, bounds)
      : behaviourBounds(memory, current, replicas, now, bounds, scaleUp ?? {}, scaleDown ?? {});
  return { replicas: bounded.replicas, findings: [stable.finding, bounded.finding] };
}

function windowOf(rules: HpaScalingRules | undefined, otherwise: Micros): Micros {
  const seconds = rules?.stabilizationWindowSeconds;
  return seconds === undefined ? otherwise : seconds * SECOND;
}

interface Step {
  readonly replicas: number;
  readonly finding: Finding;
}

function stabilized(
  memory: Memory,
  current: number,
  wanted: number,
  now: Micros,
  up: Micros,
  down: Micros,
): Step {
  let lowest = wanted;
  let highest = wanted;
  for (const { at, replicas } of memory.recommendations) {
    if (at > now - up) lowest = Math.min(lowest, replicas);
    if (at > now - down) highest = Math.max(highest, replicas);
  }
  const oldest = now - Math.max(up, down);
  memory.recommendations = memory.recommendations.filter(({ at }) => at > oldest);
  memory.recommendations.push({ at: now, replicas: wanted });
  let replicas = current;
  if (replicas < lowest) replicas = lowest;
  if (replicas > highest) replicas = highest;
  if (replicas === wanted) return { replicas, finding: READY };
  const isUp = wanted > replicas;
  const [reason, was, applied] = isUp
    ? ["ScaleUpStabilized", "lower", "lowest"]
    : ["ScaleDownStabilized", "higher", "highest"];
  const message = `recent recommendations were ${was} than current one, applying the ${applied} recent recommendation`;
  return { replicas, finding: { ...READY, reason, message } };
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Without a behaviour: at most twice as many at once, or four. */
function plainBounds(current: number, wanted: number, { min, max }: Bounds): Step {
  if (wanted < min) return { replicas: min, finding: TOO_FEW };
  const most = Math.max(SCALE_UP_FACTOR * current, SCALE_UP_MINIMUM);
  if (wanted > Math.min(max, most)) {
    return max > most ? { replicas: most, finding: UP_LIMIT } : { replicas: max, finding: TOO_MANY };
  }
  return { replicas: wanted, finding: WITHIN };
}

function behaviourBounds(
  memory: Memory,
  current: number,
  wanted: number,
  now: Micros,
  { min, max }: Bounds,
  up: HpaScalingRules,
  down: HpaScalingRules,
): Step {
  if (wanted > current) {
    const most = Math.max(current, speedLimit(memory, current, now, up, "up"));
    if (wanted > Math.min(max, most)) {
      return max > most ? { replicas: most, finding: UP_LIMIT } : { replicas: max, finding: TOO_MANY };
    }
  } else if (wanted < current) {
    const least = Math.min(current, speedLimit(memory, current, now, down, "down"));
    if (wanted < Math.max(min, least)) {
      return min < least ? { replicas: least, finding: DOWN_LIMIT } : { replicas: min, finding: TOO_FEW };
    }
  }
  return { replicas: wanted, finding: WITHIN };
}

/** How far the policies let it go by now. */
function speedLimit(
  memory: Memory,
  current: number,
  now: Micros,
  rules: HpaScalingRules,
  way: "up" | "down",
): number {
  const { selectPolicy = "Max", policies = [] } = rules;
  if (selectPolicy === "Disabled") return current;
  const proposals = policies.map(({ type, value, periodSeconds }) => {
    const since = now - periodSeconds * SECOND;
    const start = current - changed(memory.ups, since) + changed(memory.downs, since);
    if (type === "Pods") return way === "up" ? start + value : start - value;
    return way === "up"
      ? Math.ceil(start + (start * value) / 100)
      : Math.floor(start - (start * value) / 100);
  });
  const furthest = (selectPolicy === "Max") === (way === "up");
  return furthest ? Math.max(...proposals) : Math.min(...proposals);
}

function changed(events: Memory["ups"], since: Micros): number {
  let total = 0;
  for (const { at, change } of events) if (at > since) total += change;
  return total;
}

/** Notes what was done; what no policy can ask for any more is forgotten. */
export function remember(memory: Memory, before: number, after: number, now: Micros): void {
  const kept = (events: Memory["ups"]): Memory["ups"] => events.filter(({ at }) => at > now - 30 * MINUTE);
  memory.ups = kept(memory.ups);
  memory.downs = kept(memory.downs);
  if (after > before) memory.ups.push({ at: now, change: after - before });
  else memory.downs.push({ at: now, change: before - after });
}
