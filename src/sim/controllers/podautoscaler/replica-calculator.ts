/**
 * How many replicas a metric asks for (`pkg/controller/podautoscaler/{replica_calculator,metrics/utilization}.go`).
 * Pure: pods and their use in, a number out. Amounts are millis (of cores, or thousandths of bytes).
 */
import { err, ok, type Result } from "../../../shared/result";
import { podCondition } from "../../api/meta";
import { milliValue } from "../../api/quantity";
import { parseTime } from "../../api/time";
import type { Container, Pod } from "../../api/types";
import { MINUTE, SECOND, type Micros } from "../../kernel/time";

/** `--horizontal-pod-autoscaler-cpu-initialization-period`, `…-initial-readiness-delay`. */
const CPU_INITIALIZATION: Micros = 5 * MINUTE;
const READINESS_DELAY: Micros = 30 * SECOND;

/** What one pod uses of the resource in question. */
export interface PodUse {
  readonly milli: number;
  readonly at: Micros;
  readonly window: Micros;
}

/** What is wanted: a share of what the pods request in percent, or an amount for each pod. */
export type Goal = { readonly utilization: number } | { readonly averageMilli: number };

export interface Question {
  readonly replicas: number;
  readonly resource: string;
  /** "" for all containers of a pod. */
  readonly container: string;
  readonly goal: Goal;
  readonly tolerance: Tolerance;
  readonly pods: readonly Pod[];
  /** By pod. */
  readonly uses: ReadonlyMap<string, PodUse>;
  readonly now: Micros;
}

/** How far from the goal nothing is done. */
export interface Tolerance {
  readonly up: number;
  readonly down: number;
}

export interface Proposal {
  readonly replicas: number;
  /** In percent of what is requested; undefined for goals that are amounts. */
  readonly utilization: number | undefined;
  readonly averageMilli: number;
}

interface Groups {
  readonly ready: number;
  readonly unready: readonly string[];
  readonly missing: readonly string[];
  readonly ignored: readonly string[];
}

/** The proposal, or why there is none. */
export function calculate(question: Question): Result<Proposal, string> {
  const { pods, goal, replicas, tolerance } = question;
  if (pods.length === 0) return err("no pods returned by selector while calculating replica count");
  const groups = groupPods(question);
  const uses = new Map([...question.uses].map(([name, { milli }]) => [name, milli]));
  for (const name of [...groups.ignored, ...groups.unready]) uses.delete(name);
  if (uses.size === 0) return err("did not receive metrics for targeted pods (pods might be unready)");
  const requests = "utilization" in goal ? requestsOf(question) : ok(new Map<string, number>());
  if (!requests.ok) return requests;
  const ratioOf = (): number => ratio(uses, requests.value, goal);
  const now = ratioOf();
  const measured = { utilization: utilizationOf(uses, requests.value, goal), averageMilli: average(uses) };
  const answer = (n: number): Result<Proposal, string> => ok({ replicas: n, ...measured });
  const withUnready = groups.unready.length > 0 && now > 1;
  if (!withUnready && groups.missing.length === 0) {
    return answer(isWithin(tolerance, now) ? replicas : Math.ceil(now * groups.ready));
  }
  if (groups.missing.length > 0 && now !== 1) {
    for (const name of groups.missing)
      uses.set(name, now < 1 ? assumed(requests.value.get(name) ?? 0, goal) : 0);
  }
  if (withUnready) for (const name of groups.unready) uses.set(name, 0);
  const then = ratioOf();
  if (isWithin(tolerance, then) || (now < 1 && then > 1) || (now > 1 && then < 1)) return answer(replicas);
  const wanted = Math.ceil(then * uses.size);
  return answer((then < 1 && wanted > replicas) || (then > 1 && wanted < replicas) ? replicas : wanted);
}

function isWithin({ up, down }: Tolerance, r: number): boolean {
  return r >= 1 - down && r <= 1 + up;
}

/** A pod without a measurement is taken to use all that it may, before anything is taken away. */
function assumed(request: number, goal: Goal): number {
  if ("averageMilli" in goal) return goal.averageMilli;
  return Math.floor((request * Math.max(100, goal.utilization)) / 100);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function average(uses: ReadonlyMap<string, number>): number {
  return Math.floor(sum(uses.values()) / uses.size);
}

function ratio(uses: ReadonlyMap<string, number>, requests: ReadonlyMap<string, number>, goal: Goal): number {
  if ("averageMilli" in goal) return average(uses) / goal.averageMilli;
  return (utilizationOf(uses, requests, goal) ?? 0) / goal.utilization;
}

/** The pods' use in percent of their requests, whole. */
function utilizationOf(
  uses: ReadonlyMap<string, number>,
  requests: ReadonlyMap<string, number>,
  goal: Goal,
): number | undefined {
  if ("averageMilli" in goal) return undefined;
  const requested = sum([...uses.keys()].map((name) => requests.get(name) ?? 0));
  return requested === 0 ? 0 : Math.floor((sum(uses.values()) * 100) / requested);
}

function requestsOf({ pods, resource, container }: Question): Result<Map<string, number>, string> {
  const requests = new Map<string, number>();
  for (const pod of pods) {
    let total = 0;
    for (const c of countedContainers(pod)) {
      if (container !== "" && c.name !== container) continue;
      const request = c.resources?.requests?.[resource];
      if (request === undefined) {
        return err(`missing request for ${resource} in container ${c.name} of Pod ${pod.metadata.name}`);
      }
      total += milliValue(request);
    }
    requests.set(pod.metadata.name, total);
  }
  return ok(requests);
}

/** Containers that run as long as the pod does: sidecars are init containers that always restart. */
function countedContainers({ spec }: Pod): readonly Container[] {
  const sidecars = (spec.initContainers ?? []).filter(
    (c) => (c as Container & { restartPolicy?: string }).restartPolicy === "Always",
  );
  return [...spec.containers, ...sidecars];
}

function groupPods({ pods, uses, resource, now }: Question): Groups {
  const unready: string[] = [];
  const missing: string[] = [];
  const ignored: string[] = [];
  let ready = 0;
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata;
    const use = uses.get(name);
    if (deletionTimestamp !== undefined || pod.status.phase === "Failed") ignored.push(name);
    else if (pod.status.phase === "Pending") unready.push(name);
    else if (use === undefined) missing.push(name);
    else if (resource === "cpu" && isUnready(pod, use, now)) unready.push(name);
    else ready++;
  }
  return { ready, unready, missing, ignored };
}

/** Is its CPU that of starting up, or of a time when it did no work? */
function isUnready(pod: Pod, use: PodUse, now: Micros): boolean {
  const condition = podCondition(pod, "Ready");
  const { startTime } = pod.status;
  if (condition === undefined || startTime === undefined) return true;
  const started = parseTime(startTime);
  const changed = parseTime(condition.lastTransitionTime ?? startTime);
  const isFalse = condition.status === "False";
  if (started + CPU_INITIALIZATION > now) return isFalse || use.at < changed + use.window;
  return isFalse && started + READINESS_DELAY > changed;
}
