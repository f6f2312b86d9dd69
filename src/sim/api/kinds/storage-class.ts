import { ageColumn, column, nameColumn } from "../columns";
import { forbiddenField, invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import { defineResource } from "../resource";
import type { StorageClass } from "../types";
import { isQualifiedName } from "../validation/names";
import { immutable } from "../validation/object-meta";

export const DEFAULT_STORAGE_CLASS = "storageclass.kubernetes.io/is-default-class";
const BINDING_MODES: readonly string[] = ["Immediate", "WaitForFirstConsumer"];
const RECLAIM: readonly string[] = ["Delete", "Retain"];
const PARAMETERS_MAX = 512;

/** Whether claims that name no class get this one. */
export function isDefaultClass(storageClass: StorageClass): boolean {
  return storageClass.metadata.annotations?.[DEFAULT_STORAGE_CLASS] === "true";
}

function validate(storageClass: StorageClass): FieldError[] {
  const errors: FieldError[] = [];
  const { provisioner, parameters = {}, reclaimPolicy, volumeBindingMode } = storageClass;
  if ((provisioner ?? "") === "") errors.push(required("provisioner"));
  else {
    for (const text of isQualifiedName(provisioner.toLowerCase()))
      errors.push(invalid("provisioner", provisioner, text));
  }
  const keys = Object.keys(parameters);
  if (keys.length > PARAMETERS_MAX) {
    errors.push({
      type: "FieldValueTooLong",
      field: "parameters",
      message: `Too long: may not be more than ${PARAMETERS_MAX} bytes`,
    });
  }
  if (keys.includes("")) errors.push(invalid("parameters", 0, "field can not be empty."));
  if (reclaimPolicy !== undefined && !RECLAIM.includes(reclaimPolicy)) {
    errors.push(notSupported("reclaimPolicy", reclaimPolicy, RECLAIM));
  }
  if (volumeBindingMode === undefined) errors.push(required("volumeBindingMode"));
  else if (!BINDING_MODES.includes(volumeBindingMode)) {
    errors.push(notSupported("volumeBindingMode", volumeBindingMode, BINDING_MODES));
  }
  return errors;
}

export const storageClasses = defineResource<StorageClass>({
  group: "storage.k8s.io",
  version: "v1",
  kind: "StorageClass",
  resource: "storageclasses",
  shortNames: ["sc"],
  namespaced: false,
  columns: [
    {
      ...nameColumn<StorageClass>(),
      cell: (sc) => sc.metadata.name + (isDefaultClass(sc) ? " (default)" : ""),
    },
    column("Provisioner", (sc) => sc.provisioner),
    column("ReclaimPolicy", (sc) => sc.reclaimPolicy ?? "Delete"),
    column("VolumeBindingMode", (sc) => sc.volumeBindingMode ?? "Immediate"),
    column("AllowVolumeExpansion", (sc) => sc.allowVolumeExpansion ?? false),
    ageColumn(),
  ],
  defaults(storageClass) {
    const { reclaimPolicy = "Delete", volumeBindingMode = "Immediate" } = storageClass;
    return { ...storageClass, reclaimPolicy, volumeBindingMode };
  },
  validate,
  validateUpdate(next, prev) {
    const errors = validate(next);
    const text = "updates to parameters are forbidden.";
    const same = JSON.stringify(next.parameters ?? {}) === JSON.stringify(prev.parameters ?? {});
    if (!same) errors.push(forbiddenField("parameters", text));
    if (next.provisioner !== prev.provisioner) {
      errors.push(forbiddenField("provisioner", "updates to provisioner are forbidden."));
    }
    if (next.reclaimPolicy !== prev.reclaimPolicy) {
      errors.push(forbiddenField("reclaimPolicy", "updates to reclaimPolicy are forbidden."));
    }
    immutable(next.volumeBindingMode, prev.volumeBindingMode, "volumeBindingMode", errors);
    return errors;
  },
});
