/**
 * What a write to pods/NAME/resize may change (`pkg/registry/core/pod/strategy.go` podResizeStrategy,
 * `pkg/apis/core/validation/validation.go` ValidatePodResize).
 */
import { deepEqual } from "../deep-equal";
import { forbiddenField, invalid } from "../field-error";
import type { FieldError } from "../field-error";
import { qosClass } from "../qos";
import type { Container, Pod } from "../types";
import { validatePodSpec } from "./pod-spec";

type Requirements = NonNullable<Container["resources"]>;
type Amounts = Requirements["limits"];
type List = "containers" | "initContainers";

/** On the objects that stand for static pods. */
const MIRROR = "kubernetes.io/config.mirror";
/** A path without a name, as Go prints it. */
const NOWHERE = "[]";

/**
 * The pod as it is, with the resources and resize policies that were asked for: nothing else of a resize counts.
 * Containers that were renamed, moved, added or left out stay as they were asked for, and are refused later.
 */
export function onlyResize(next: Pod, prev: Pod): Pod {
  const spec = { ...prev.spec, containers: resized(next.spec.containers ?? [], prev.spec.containers) };
  const { initContainers } = next.spec;
  if (initContainers !== undefined) {
    spec.initContainers = resized(initContainers, prev.spec.initContainers ?? []);
  } else delete spec.initContainers;
  const metadata = { ...prev.metadata };
  const { managedFields } = next.metadata;
  if (managedFields !== undefined) metadata.managedFields = managedFields;
  else delete metadata.managedFields;
  return { ...prev, metadata, spec };
}

function resized(next: Container[], prev: readonly Container[]): Container[] {
  const fits = next.length === prev.length && next.every(({ name }, i) => name === prev[i]?.name);
  if (!fits) return next;
  return next.map(({ resources, resizePolicy }, i) => {
    const made: Container = { ...prev[i]!, resources: resources ?? {} };
    if (resizePolicy !== undefined) made.resizePolicy = resizePolicy;
    else delete made.resizePolicy;
    return made;
  });
}

/** Errors of a resize; `next` differs from `prev` in no more than `onlyResize` lets through. */
export function validatePodResize(next: Pod, prev: Pod): FieldError[] {
  if (podLevel(next) || podLevel(prev)) {
    return [forbiddenField(NOWHERE, "pods with pod-level resources cannot be resized")];
  }
  if (prev.metadata.annotations?.[MIRROR] !== undefined) {
    return [forbiddenField(NOWHERE, "static pods cannot be resized")];
  }
  if (prev.spec.os?.name === "windows") {
    return [forbiddenField(NOWHERE, "windows pods cannot be resized")];
  }
  const errors = validatePodSpec(next.spec, "spec");
  const before = prev.status.qosClass ?? qosClass(prev.spec);
  if (before !== qosClass(next.spec)) {
    errors.push(invalid("spec", before, "Pod QOS Class may not change as a result of resizing"));
  }
  if (!nodeSupportsResize(prev)) {
    errors.push(forbiddenField("spec", "Pod running on node without support for resize"));
  }
  const moved = [...orderErrors(next, prev, "containers"), ...orderErrors(next, prev, "initContainers")];
  if (moved.length > 0) return [...errors, ...moved];
  for (const [i, old] of (prev.spec.initContainers ?? []).entries()) {
    if (old.restartPolicy !== "Always") continue;
    validateRemovals(next.spec.initContainers![i]!, old, `spec.initContainers[${i}].resources`, errors);
  }
  for (const [i, old] of prev.spec.containers.entries()) {
    const now = next.spec.containers[i]!;
    validateRemovals(now, old, `spec.containers[${i}].resources`, errors);
  }
  for (const [i, old] of prev.spec.containers.entries()) {
    if (sameBut(next.spec.containers[i]!, old)) continue;
    errors.push(forbiddenField("spec", "only cpu and memory resources are mutable"));
  }
  for (const [i, old] of (prev.spec.initContainers ?? []).entries()) {
    const now = next.spec.initContainers![i]!;
    if (old.restartPolicy !== "Always") {
      if (!deepEqual(now, old)) {
        errors.push(forbiddenField("spec", "resources for non-sidecar init containers are immutable"));
      }
    } else if (!sameBut(now, old)) {
      const text = "only cpu and memory resources for sidecar containers are mutable";
      errors.push(forbiddenField("spec", text));
    }
  }
  return errors;
}

function podLevel({ spec }: Pod): boolean {
  const { resources } = spec as { resources?: Requirements };
  return Object.keys({ ...resources?.limits, ...resources?.requests }).length > 0;
}

/** Whether what the node reports of the pod tells of a kubelet that can resize it; without a report it may. */
function nodeSupportsResize({ status }: Pod): boolean {
  const running = status.containerStatuses?.find(({ state }) => state?.running !== undefined);
  return running === undefined || running.resources !== undefined;
}

function orderErrors(next: Pod, prev: Pod, list: List): FieldError[] {
  const now = next.spec[list] ?? [];
  const old = prev.spec[list] ?? [];
  if (now.length !== old.length) {
    return [forbiddenField(`spec.${list}`, `${list} may not be added or removed on resize`)];
  }
  const text = `${list} may not be renamed or reordered on resize`;
  const errors: FieldError[] = [];
  for (const [i, { name }] of old.entries()) {
    if (now[i]?.name !== name) errors.push(forbiddenField(`spec.${list}[${i}].name`, text));
  }
  return errors;
}

function validateRemovals(next: Container, prev: Container, field: string, errors: FieldError[]): void {
  for (const list of ["requests", "limits"] as const) {
    const now = next.resources?.[list] ?? {};
    const gone = Object.keys(prev.resources?.[list] ?? {}).some((name) => now[name] === undefined);
    if (gone) errors.push(forbiddenField(`${field}.${list}`, `resource ${list} cannot be removed`));
  }
}

/** Whether two versions of a container are the same but for their CPU and memory. */
function sameBut(next: Container, prev: Container): boolean {
  return deepEqual(withoutCompute(next), withoutCompute(prev));
}

function withoutCompute(container: Container): Container {
  const { limits, requests, ...others } = container.resources ?? {};
  return { ...container, resources: { ...others, limits: rest(limits), requests: rest(requests) } };
}

function rest(amounts: Amounts): NonNullable<Amounts> {
  const { cpu: _cpu, memory: _memory, ...others } = amounts ?? {};
  return others;
}
