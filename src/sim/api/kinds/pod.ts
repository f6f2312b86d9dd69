import { podWarnings } from "../warnings/pod-spec";
import { nameWarnings } from "../warnings/workload";
import { deepEqual } from "../deep-equal";
import { defaultPodSpec } from "../defaults/pod-spec";
import { forbiddenField, invalid } from "../field-error";
import type { FieldError } from "../field-error";
import { podColumns } from "../printing/pod";
import { qosClass } from "../qos";
import { defineResource } from "../resource";
import { POD_SUBRESOURCES } from "../subresources";
import type { ContainerStatus, DeleteOptions, Pod, PodStatus } from "../types";
import { validatePodSpec, validatePodSpecUpdate } from "../validation/pod-spec";

/** What a new pod's status says (`pkg/registry/core/pod/strategy.go` PrepareForCreate). */
function initialStatus(pod: Pod): PodStatus {
  const status: PodStatus = { phase: "Pending", qosClass: qosClass(pod.spec) };
  if ((pod.spec.schedulingGates ?? []).length === 0) return status;
  const condition = {
    type: "PodScheduled",
    status: "False",
    reason: "SchedulingGated",
    message: "Scheduling is blocked due to non-empty scheduling gates",
  };
  return { ...status, conditions: [condition] };
}

/**
 * Seconds that a pod is given to end: none if it is not bound, or has ended
 * (`pkg/registry/core/pod/strategy.go` CheckGracefulDelete).
 */
function gracePeriod(pod: Pod, options: DeleteOptions): number {
  const { phase } = pod.status;
  if (!pod.spec.nodeName || phase === "Succeeded" || phase === "Failed") return 0;
  const asked = options.gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 0;
  return asked < 0 ? 1 : asked;
}

/** A container that has ended for good may not be reported as anything else. */
function validateEnded(
  next: readonly ContainerStatus[] | undefined,
  prev: readonly ContainerStatus[] | undefined,
  field: string,
  policy: string | undefined,
  errors: FieldError[],
): void {
  if (policy === "Always" || prev === undefined) return;
  for (const old of prev) {
    const ended = old.state?.terminated;
    if (ended === undefined || (ended.exitCode !== 0 && policy === "OnFailure")) continue;
    const at = (next ?? []).findIndex((status) => status.name === old.name);
    if (at < 0 || next?.[at]?.state?.terminated !== undefined) continue;
    const text = "may not be transitioned to non-terminated state";
    errors.push(forbiddenField(`${field}[${at}].state`, text));
  }
}

function validateStatusUpdate(next: Pod, prev: Pod): FieldError[] {
  const errors: FieldError[] = [];
  const policy = prev.spec.restartPolicy;
  const after = next.status.containerStatuses;
  validateEnded(after, prev.status.containerStatuses, "status.containerStatuses", policy, errors);
  const ip = next.status.podIP;
  if (ip !== undefined && next.status.podIPs !== undefined && next.status.podIPs[0]?.ip !== ip) {
    errors.push(invalid("status.podIPs", next.status.podIPs, "podIPs[0] must be equal to podIP"));
  }
  return errors;
}

/** What is said of a pod when it is new, or its spec changes. */
function warnings(pod: Pod, prev: Pod | undefined): string[] {
  if (prev !== undefined && (prev.spec === pod.spec || deepEqual(prev.spec, pod.spec))) return [];
  const texts = podWarnings(pod.spec, pod.metadata);
  return prev === undefined ? [...nameWarnings(pod, "the Pod's hostname"), ...texts] : texts;
}

export const pods = defineResource<Pod>({
  group: "",
  version: "v1",
  kind: "Pod",
  resource: "pods",
  shortNames: ["po"],
  categories: ["all"],
  namespaced: true,
  emptyStatus: {},
  subresources: POD_SUBRESOURCES,
  triggerField: "spec.nodeName",
  fields: {
    "spec.nodeName": (pod) => pod.spec.nodeName ?? "",
    "spec.restartPolicy": (pod) => pod.spec.restartPolicy ?? "",
    "spec.schedulerName": (pod) => pod.spec.schedulerName ?? "",
    "spec.serviceAccountName": (pod) => pod.spec.serviceAccountName ?? "",
    "spec.hostNetwork": (pod) => String(pod.spec.hostNetwork ?? false),
    "status.phase": (pod) => pod.status.phase ?? "",
    "status.podIP": (pod) => pod.status.podIP ?? "",
    "status.podIPs": (pod) => (pod.status.podIPs ?? []).map((p) => p.ip).join(","),
    "status.nominatedNodeName": (pod) => pod.status.nominatedNodeName ?? "",
  },
  columns: podColumns,
  defaults(pod) {
    const spec = defaultPodSpec(pod.spec);
    return spec === pod.spec ? pod : { ...pod, spec };
  },
  prepareCreate: (pod) => ({ ...pod, status: initialStatus(pod) }),
  prepareStatusUpdate(next, prev) {
    const kept = prev.status.qosClass;
    if (kept === undefined || next.status.qosClass !== undefined) return next;
    return { ...next, status: { ...next.status, qosClass: kept } };
  },
  validate: (pod) => validatePodSpec(pod.spec, "spec"),
  validateUpdate: (next, prev) => validatePodSpecUpdate(next.spec, prev.spec),
  validateStatusUpdate,
  warnings,
  gracefulDelete: gracePeriod,
});
