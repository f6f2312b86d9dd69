import type { Container, Pod } from "../../api/types";
import type { Requirements } from "./container-resources";

/**
 * What Events say of a resize: `Pod resize started: {"containers":[…],"generation":2}`
 * (`pkg/kubelet/events/pod_resize.go`).
 */
export function resizeMessage(what: string, pod: Pod, generation: number, error = ""): string {
  const { initContainers = [], containers } = pod.spec;
  const summary = {
    ...(initContainers.length > 0 ? { initContainers: initContainers.map(summaryOf) } : {}),
    containers: containers.map(summaryOf),
    generation,
    ...(error === "" ? {} : { error }),
  };
  return `Pod resize ${what}: ${JSON.stringify(summary)}`;
}

/** Members in the order in which Go writes them. */
function summaryOf({ name, resources = {} }: Container): { name: string; resources: Requirements } {
  const { limits, requests } = resources;
  const made: Requirements = {};
  if (limits !== undefined) made.limits = sorted(limits);
  if (requests !== undefined) made.requests = sorted(requests);
  return { name, resources: made };
}

function sorted(amounts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(amounts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
