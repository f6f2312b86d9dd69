import { templateWarnings } from "../warnings/workload";
import { ageColumn, nameColumn } from "../columns";
import { defaultPodTemplate } from "../defaults/pod-spec";
import type { FieldError } from "../field-error";
import { integerColumn, workloadColumns } from "../printing/cells";
import { defineResource } from "../resource";
import { compileLabelSelector } from "../selector";
import { SCALE, STATUS } from "../subresources";
import type { ReplicaSet } from "../types";
import {
  validateAvailable,
  validateCounts,
  validateSelector,
  validateStatusCounts,
  validateWorkloadTemplate,
} from "../validation/workload";
import { keepsSelector, replicaScale, specDefaults } from "./workload-parts";

const STATUS_PARTS = ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"];

const defaults = specDefaults<ReplicaSet>((spec) => {
  spec.replicas ??= 1;
  if (spec.template !== undefined) spec.template = defaultPodTemplate(spec.template);
});

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
  validateAvailable(status, errors);
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
  scale: replicaScale((set) => compileLabelSelector(set.spec.selector)),
  fields: { "status.replicas": (set) => String(set.status.replicas) },
  columns: [
    nameColumn(),
    integerColumn("Desired", (set) => set.spec.replicas, "How many pods are wanted."),
    integerColumn("Current", (set) => set.status.replicas, "How many pods were last counted."),
    integerColumn("Ready", (set) => set.status.readyReplicas, "How many of them are ready."),
    ageColumn(),
    ...workloadColumns<ReplicaSet>(),
  ],
  defaults,
  validate,
  validateUpdate: keepsSelector(validate),
  validateStatusUpdate: (next) => validateReplicaStatus(next.status),
  warnings: templateWarnings("spec.template", (rs) => rs.spec.template, true),
});
