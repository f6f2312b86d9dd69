/**
 * Quality of service: how a pod ranks when a node runs out of memory
 * (`pkg/apis/core/v1/helper/qos/qos.go`).
 */
import { compareQuantities, quantityProblem } from "./quantity";
import type { PodSpec } from "./types";

export type QosClass = "Guaranteed" | "Burstable" | "BestEffort";

const COMPUTE = ["cpu", "memory"] as const;

const known = new WeakMap<PodSpec, QosClass>();

/** The class that requests and limits of all containers make. Remembered for each spec. */
export function qosClass(spec: PodSpec): QosClass {
  const found = known.get(spec);
  if (found !== undefined) return found;
  const made = compute(spec);
  known.set(spec, made);
  return made;
}

function positive(text: string | undefined): text is string {
  return text !== undefined && quantityProblem(text) === undefined && compareQuantities(text, "0") > 0;
}

function compute(spec: PodSpec): QosClass {
  let any = false;
  let guaranteed = true;
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    const { requests, limits } = container.resources ?? {};
    for (const name of COMPUTE) {
      const request = requests?.[name];
      const limit = limits?.[name];
      if (positive(request) || positive(limit)) any = true;
      if (!positive(limit) || (positive(request) && compareQuantities(request, limit) !== 0))
        guaranteed = false;
    }
  }
  if (!any) return "BestEffort";
  return guaranteed ? "Guaranteed" : "Burstable";
}
