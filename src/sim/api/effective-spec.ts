/**
 * What a pod counts as while it is resized in place
 * (`staging/src/k8s.io/component-helpers/resource/helpers.go` with UseStatusResources).
 */
import { compareQuantities } from "./quantity";
import type { Container, ContainerStatus, Pod, PodSpec } from "./types";

type Amounts = Readonly<Record<string, string>>;

/** A pod as far as its resources are concerned. */
export interface Resizable {
  readonly spec: PodSpec;
  readonly metadata?: { readonly generation?: number };
  readonly status?: Pod["status"];
}

/**
 * The spec of a pod in which each container's resources are the most of what it is to have, what its node has
 * promised it, and what it has. What its node can never give does not count. The spec itself for pods whose
 * containers have what they are to have: nearly always, and told by their generation.
 */
export function effectiveSpec(pod: Resizable): PodSpec {
  const { spec, status } = pod;
  if (status === undefined || (pod.metadata?.generation ?? 1) <= 1) return spec;
  const infeasible = isResizeInfeasible(status);
  const containers = effective(spec.containers, status.containerStatuses, infeasible);
  const { initContainers } = spec;
  const inits = initContainers && effective(initContainers, status.initContainerStatuses, infeasible);
  if (containers === spec.containers && inits === initContainers) return spec;
  return inits === undefined ? { ...spec, containers } : { ...spec, containers, initContainers: inits };
}

function isResizeInfeasible({ conditions }: Pod["status"]): boolean {
  const pending = conditions?.find(({ type }) => type === "PodResizePending");
  return pending?.reason === "Infeasible";
}

function effective(
  containers: Container[],
  statuses: readonly ContainerStatus[] | undefined,
  infeasible: boolean,
): Container[] {
  let changed = false;
  const made = containers.map((container) => {
    const status = statuses?.find(({ name }) => name === container.name);
    const actual = status?.resources;
    if (actual === undefined) return container;
    const { resources } = container;
    const held = most(actual.requests, status?.allocatedResources);
    const requests = infeasible ? held : most(resources?.requests, held);
    const limits = infeasible ? actual.limits : most(resources?.limits, actual.limits);
    if (same(requests, resources?.requests) && same(limits, resources?.limits)) return container;
    changed = true;
    return {
      ...container,
      resources: { ...resources, ...(requests && { requests }), ...(limits && { limits }) },
    };
  });
  return changed ? made : containers;
}

/** The larger amount of each resource. */
function most(a: Amounts | undefined, b: Amounts | undefined): Record<string, string> | undefined {
  if (a === undefined || b === undefined || a === b) return a ?? b;
  const made: Record<string, string> = { ...a };
  for (const [name, amount] of Object.entries(b)) {
    const other = made[name];
    if (other === undefined || compareQuantities(amount, other) > 0) made[name] = amount;
  }
  return made;
}

function same(a: Amounts | undefined, b: Amounts | undefined): boolean {
  if (a === b) return true;
  const names = Object.keys(a ?? {});
  if (names.length !== Object.keys(b ?? {}).length) return false;
  return names.every((name) => a?.[name] === b?.[name]);
}
