/**
 * Turns a pod's priority class into its priority (`plugin/pkg/admission/priority/admission.go`).
 */
import { copyWith } from "../../api/copy";
import { pods } from "../../api/kinds/pod";
import { priorityClasses } from "../../api/kinds/priority-class";
import type { Pod, PriorityClass } from "../../api/types";
import type { Caches } from "../cache/caches";
import { refuse, type AdmissionAttributes, type AdmissionPlugin, type Verdict } from "./plugin";

const PREEMPT = "PreemptLowerPriority";

export const priority: AdmissionPlugin = {
  name: "Priority",
  handles(def, subresource, operation) {
    if (subresource !== "") return false;
    if (def === pods) return operation !== "DELETE";
    return def === priorityClasses && operation !== "DELETE";
  },
  admit(attributes, { caches }) {
    if (attributes.def === priorityClasses) return checkClass(attributes, caches);
    if (attributes.operation === "CREATE") return setPriority(attributes, caches);
    keepPriority(attributes);
    return undefined;
  },
};

function setPriority(attributes: AdmissionAttributes, caches: Caches): Verdict {
  const pod = attributes.object as Pod;
  let className = pod.spec.priorityClassName ?? "";
  let value = 0;
  let preemptionPolicy = PREEMPT;
  if (className === "") {
    const fallback = globalDefault(caches);
    if (fallback !== undefined) {
      className = fallback.metadata.name;
      value = fallback.value;
      preemptionPolicy = fallback.preemptionPolicy ?? PREEMPT;
    }
  } else {
    const named = caches.find(priorityClasses, "", className);
    if (named === undefined) return refuse(attributes, `no PriorityClass with name ${className} was found`);
    value = named.value;
    preemptionPolicy = named.preemptionPolicy ?? PREEMPT;
  }
  const given = pod.spec.priority;
  if (given !== undefined && given !== value) {
    const text =
      `the integer value of priority (${given}) must not be provided in pod spec; ` +
      `priority admission controller computed ${value} from the given PriorityClass name`;
    return refuse(attributes, text);
  }
  const policy = pod.spec.preemptionPolicy;
  if (policy !== undefined && policy !== preemptionPolicy) {
    const text =
      `the string value of PreemptionPolicy (${policy}) must not be provided in pod spec; ` +
      `priority admission controller computed ${preemptionPolicy} from the given PriorityClass name`;
    return refuse(attributes, text);
  }
  const changes: Partial<Pod["spec"]> = { priority: value, preemptionPolicy };
  if (className !== "") changes.priorityClassName = className;
  attributes.object = copyWith(pod, { spec: copyWith(pod.spec, changes) as Pod["spec"] });
  return undefined;
}

/** Clients that do not know these fields may leave them out of an update. */
function keepPriority(attributes: AdmissionAttributes): void {
  const pod = attributes.object as Pod;
  const old = attributes.old as Pod;
  const { priority: value, preemptionPolicy } = old.spec;
  const missing =
    (pod.spec.priority === undefined && value !== undefined) ||
    (pod.spec.preemptionPolicy === undefined && preemptionPolicy !== undefined);
  if (!missing) return;
  const spec = { ...pod.spec };
  if (spec.priority === undefined && value !== undefined) spec.priority = value;
  if (spec.preemptionPolicy === undefined && preemptionPolicy !== undefined) {
    spec.preemptionPolicy = preemptionPolicy;
  }
  attributes.object = { ...pod, spec } as Pod;
}

/** Of several defaults, which a race may bring about, the lowest counts. */
function globalDefault(caches: Caches): PriorityClass | undefined {
  let found: PriorityClass | undefined;
  for (const candidate of caches.of(priorityClasses).all() as readonly PriorityClass[]) {
    if (candidate.globalDefault !== true) continue;
    if (found === undefined || candidate.value < found.value) found = candidate;
  }
  return found;
}

function checkClass(attributes: AdmissionAttributes, caches: Caches): Verdict {
  const made = attributes.object as PriorityClass;
  if (made.globalDefault !== true) return undefined;
  const present = globalDefault(caches);
  if (present === undefined || present.metadata.name === made.metadata.name) return undefined;
  const text =
    `PriorityClass ${present.metadata.name} is already marked as globalDefault. ` +
    "Only one default can exist";
  return refuse(attributes, text);
}
