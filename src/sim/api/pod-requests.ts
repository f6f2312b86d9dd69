/**
 * What a pod asks of a node (`staging/src/k8s.io/component-helpers/resource/helpers.go`).
 */
import { effectiveSpec, type Resizable } from "./effective-spec";
import { milliValue, value } from "./quantity";
import type { Container, PodSpec } from "./types";

/** Amounts in the units that the scheduler and the kubelet count in. */
export interface Resources {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly ephemeralBytes: number;
  /** Everything else, by name (`nvidia.com/gpu`), in whole units; undefined if there is nothing else. */
  readonly extended: ReadonlyMap<string, number> | undefined;
}

type Quantities = Readonly<Record<string, string>>;

interface Sum {
  cpuMilli: number;
  memoryBytes: number;
  ephemeralBytes: number;
  extended: Map<string, number> | undefined;
}

const cache = new WeakMap<PodSpec, Resources>();

/** The resource requests of a pod; while it is resized, the most of what it has and what it is to have. */
export function podRequests(pod: Resizable): Resources {
  return specRequests(effectiveSpec(pod));
}

/**
 * The resource requests of a spec: the sum over its containers and sidecars, or what its hungriest init container
 * needs while it runs, whichever is more, plus overhead. Remembered for each spec.
 */
export function specRequests(spec: PodSpec): Resources {
  const known = cache.get(spec);
  if (known !== undefined) return known;
  const computed = sumRequests(spec);
  cache.set(spec, computed);
  return computed;
}

function sumRequests(spec: PodSpec): Resources {
  const total = emptySum();
  for (const container of spec.containers) add(total, requestsOf(container));
  const sidecars = emptySum();
  const peak = emptySum();
  for (const init of spec.initContainers ?? []) {
    const requests = requestsOf(init);
    if (init.restartPolicy === "Always") {
      add(total, requests);
      add(sidecars, requests);
      raise(peak, sidecars);
    } else {
      const whileRunning = emptySum();
      add(whileRunning, requests);
      addSum(whileRunning, sidecars);
      raise(peak, whileRunning);
    }
  }
  raise(total, peak);
  if (spec.overhead !== undefined) add(total, spec.overhead);
  return total;
}

function requestsOf(container: Container): Quantities | undefined {
  return container.resources?.requests;
}

function emptySum(): Sum {
  return { cpuMilli: 0, memoryBytes: 0, ephemeralBytes: 0, extended: undefined };
}

/** Amounts of a resource list such as a node's allocatable; an absent list is nothing. */
export function toResources(quantities: Quantities | undefined): Resources {
  const sum = emptySum();
  add(sum, quantities);
  return sum;
}

function add(sum: Sum, quantities: Quantities | undefined): void {
  if (quantities === undefined) return;
  for (const name in quantities) {
    const quantity = quantities[name]!;
    switch (name) {
      case "cpu":
        sum.cpuMilli += milliValue(quantity);
        break;
      case "memory":
        sum.memoryBytes += value(quantity);
        break;
      case "ephemeral-storage":
        sum.ephemeralBytes += value(quantity);
        break;
      default:
        sum.extended ??= new Map();
        sum.extended.set(name, (sum.extended.get(name) ?? 0) + value(quantity));
    }
  }
}

function addSum(sum: Sum, other: Resources): void {
  sum.cpuMilli += other.cpuMilli;
  sum.memoryBytes += other.memoryBytes;
  sum.ephemeralBytes += other.ephemeralBytes;
  if (other.extended === undefined) return;
  sum.extended ??= new Map();
  for (const [name, n] of other.extended) sum.extended.set(name, (sum.extended.get(name) ?? 0) + n);
}

function raise(sum: Sum, other: Resources): void {
  sum.cpuMilli = Math.max(sum.cpuMilli, other.cpuMilli);
  sum.memoryBytes = Math.max(sum.memoryBytes, other.memoryBytes);
  sum.ephemeralBytes = Math.max(sum.ephemeralBytes, other.ephemeralBytes);
  if (other.extended === undefined) return;
  sum.extended ??= new Map();
  for (const [name, n] of other.extended) {
    sum.extended.set(name, Math.max(sum.extended.get(name) ?? 0, n));
  }
}
