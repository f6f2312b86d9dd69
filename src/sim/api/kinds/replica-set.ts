import { templateWarnings } from "../warnings/workload";
import { ageColumn, nameColumn } from "../columns";
import { defaultPodTemplate } from "../defaults/pod-spec";
import { invalid } from "../field-error";
import type { FieldError } from "../field-error";
import { integerColumn, selectorCell, templateColumns } from "../printing/cells";
import { defineResource } from "../resource";
import { compileLabelSelector } from "../selector";
import { SCALE, STATUS } from "../subresources";
import type { ReplicaSet } from "../types";
import { immutable } from "../validation/object-meta";
import {
  validateCounts,
  validateSelector,
  validateStatusCounts,
  validateWorkloadTemplate,
} from "../validation/workload";

type ReplicaSetSpec = ReplicaSet["spec"];

const STATUS_PARTS = ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"];
const defaulted = new WeakMap<ReplicaSetSpec, ReplicaSetSpec>();

function defaultSpec(spec: ReplicaSetSpec): ReplicaSetSpec {
  const known = defaulted.get(spec);
  if (known !== undefined) return known;
  const made: ReplicaSetSpec = Object.assign({}, spec);
  made.replicas ??= 1;
  if (made.template !== undefined) made.template = defaultPodTemplate(made.template);
  defaulted.set(spec, made);
  defaulted.set(made, made);
  return made;
}

function validate(set: ReplicaSet): FieldError[] {
  const errors: FieldError[] = [];
  validateCounts(set.spec, errors);
  validateSelector(set.spec.selector, "spec.selector", errors);
  validateWorkloadTemplate(set.spec.template, set.spec.selector, "ReplicaSet", errors);
  return errors;
}

/** Counts of a ReplicaSet's or ReplicationController's status. */
export function validateReplicaStatus(status: ReplicaSet["status"]): FieldError[] {
  const errors: FieldError[] = [];
  validateStatusCounts({ ...status }, STATUS_PARTS, errors);
  const { availableReplicas = 0, readyReplicas = 0 } = status;
  if (availableReplicas > readyReplicas) {
    const text = "cannot be greater than readyReplicas";
    errors.push(invalid("status.availableReplicas", availableReplicas, text));
  }
  return errors;
}

export const replicaSets = defineResource<ReplicaSet>({
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  resource: "replicasets",
  shortNames: ["rs"],
  categories: ["all"],
  namespaced: true,
  emptyStatus: { replicas: 0 },
  subresources: { status: STATUS, scale: SCALE },
  scale: {
    specReplicas: (set) => set.spec.replicas ?? 0,
    statusReplicas: (set) => set.status.replicas,
    selector: (set) => compileLabelSelector(set.spec.selector).toString(),
    withReplicas: (set, replicas) => ({ ...set, spec: { ...set.spec, replicas } }),
  },
  fields: { "status.replicas": (set) => String(set.status.replicas) },
  columns: [
    nameColumn(),
    integerColumn("Desired", (set) => set.spec.replicas, "How many pods are wanted."),
    integerColumn("Current", (set) => set.status.replicas, "How many pods were last counted."),
    integerColumn("Ready", (set) => set.status.readyReplicas, "How many of them are ready."),
    ageColumn(),
    ...templateColumns<ReplicaSet>(
      (set) => set.spec.template,
      (set) => selectorCell(set.spec.selector),
    ),
  ],
  defaults(set) {
    const spec = defaultSpec(set.spec);
    return spec === set.spec ? set : { ...set, spec };
  },
  validate,
  validateUpdate(next, prev) {
    if (next.spec === prev.spec) return [];
    const errors = validate(next);
    immutable(next.spec.selector, prev.spec.selector, "spec.selector", errors);
    return errors;
  },
  validateStatusUpdate: (next) => validateReplicaStatus(next.status),
  warnings: templateWarnings("spec.template", (rs) => rs.spec.template, true),
});
