/**
 * Quality of service: how a pod ranks when a node runs out of memory
 * (`pkg/apis/core/v1/helper/qos/qos.go`).
 */
import { compareQuantities, quantityProblem } from "./quantity";
import type { PodSpec } from "./types";

export type QosClass = "Guaranteed" | "Burstable" | "BestEffort";

const COMPUTE = ["cpu", "memory"] as const;

function positive(text: string | undefined): text is string {
  return text !== undefined && quantityProblem(text) === undefined && compareQuantities(text, "0") > 0;
}

/** The class that requests and limits of all containers make. */
export function qosClass(spec: PodSpec): QosClass {
  let any = false;
  let guaranteed = true;
  for (const list of [spec.containers ?? [], spec.initContainers ?? []]) {
    for (const { resources } of list) {
      for (const name of COMPUTE) {
        const request = resources?.requests?.[name];
        const limit = resources?.limits?.[name];
        const asks = positive(request);
        const limited = positive(limit);
        if (asks || limited) any = true;
        if (!limited || (asks && compareQuantities(request, limit) !== 0)) guaranteed = false;
      }
    }
  }
  if (!any) return "BestEffort";
  return guaranteed ? "Guaranteed" : "Burstable";
}
