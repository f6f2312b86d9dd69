import { templateWarnings } from "../warnings/workload";
import { ageColumn, nameColumn } from "../columns";
import { defaultPodTemplate } from "../defaults/pod-spec";
import { required } from "../field-error";
import type { FieldError } from "../field-error";
import { integerColumn, labelsCell, templateColumns } from "../printing/cells";
import { defineResource } from "../resource";
import { compileLabelMap } from "../selector";
import { SCALE, STATUS } from "../subresources";
import type { ReplicationController } from "../types";
import { validateLabels } from "../validation/object-meta";
import { validateCounts, validateMapTemplate } from "../validation/workload";
import { validateReplicaStatus } from "./replica-set";
import { replicaScale } from "./workload-parts";

/** Selector and labels are taken from the template where they are missing. */
function defaults(rc: ReplicationController): ReplicationController {
  const { template } = rc.spec;
  const labels = template?.metadata?.labels;
  const spec = { ...rc.spec };
  spec.replicas ??= 1;
  if (template !== undefined) spec.template = defaultPodTemplate(template);
  const made = { ...rc, spec };
  if (labels !== undefined) {
    if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = labels;
    if (Object.keys(rc.metadata.labels ?? {}).length === 0) made.metadata = { ...rc.metadata, labels };
  }
  return made;
}

function validate(rc: ReplicationController): FieldError[] {
  const errors: FieldError[] = [];
  const { spec } = rc;
  validateCounts(spec, errors);
  if (Object.keys(spec.selector ?? {}).length === 0) errors.push(required("spec.selector"));
  else validateLabels(spec.selector ?? {}, "spec.selector", errors);
  validateMapTemplate(spec.template, spec.selector, errors);
  return errors;
}

export const replicationControllers = defineResource<ReplicationController>({
  group: "",
  version: "v1",
  kind: "ReplicationController",
  resource: "replicationcontrollers",
  shortNames: ["rc"],
  categories: ["all"],
  namespaced: true,
  storagePrefix: "/registry/controllers",
  emptyStatus: { replicas: 0 },
  subresources: { status: STATUS, scale: SCALE },
  scale: replicaScale((rc) => compileLabelMap(rc.spec.selector)),
  fields: { "status.replicas": (rc) => String(rc.status.replicas) },
  columns: [
    nameColumn(),
    integerColumn("Desired", (rc) => rc.spec.replicas, "How many pods are wanted."),
    integerColumn("Current", (rc) => rc.status.replicas, "How many pods were last counted."),
    integerColumn("Ready", (rc) => rc.status.readyReplicas, "How many of them are ready."),
    ageColumn(),
    ...templateColumns<ReplicationController>(
      (rc) => rc.spec.template,
      (rc) => labelsCell(rc.spec.selector),
    ),
  ],
  defaults,
  validate,
  validateUpdate: (next, prev) => (next.spec === prev.spec ? [] : validate(next)),
  validateStatusUpdate: (next) => validateReplicaStatus(next.status),
  warnings: templateWarnings("spec.template", (rc) => rc.spec.template, true),
});
