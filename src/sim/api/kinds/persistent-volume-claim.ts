import { ageColumn, column, nameColumn } from "../columns";
import { deepEqual } from "../deep-equal";
import { forbiddenField, required } from "../field-error";
import type { FieldError } from "../field-error";
import { compareQuantities, quantityProblem } from "../quantity";
import { defineResource } from "../resource";
import { STATUS } from "../subresources";
import type { PersistentVolumeClaim } from "../types";
import { validateQuantity } from "../validation/resources";
import { validateLabelSelector } from "../validation/scheduling";
import { validateAccessModes, validateClassAndMode } from "../validation/volume-claim";
import { accessModesCell, VOLUME_COLUMNS } from "./volume-parts";

const IMMUTABLE =
  "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";

function validate({ spec }: PersistentVolumeClaim): FieldError[] {
  const errors: FieldError[] = [];
  validateAccessModes(spec.accessModes, "spec.accessModes", errors);
  if (spec.selector !== undefined) validateLabelSelector(spec.selector, "spec.selector", errors);
  const storage = spec.resources?.requests?.["storage"];
  if (storage === undefined) errors.push(required("spec.resources[storage]"));
  else validateQuantity(storage, "spec.resources[storage]", errors);
  validateClassAndMode(spec, errors);
  return errors;
}

/** What may change: a bound claim may grow, and the binder may name the volume. */
function validateUpdate(next: PersistentVolumeClaim, prev: PersistentVolumeClaim): FieldError[] {
  if (next.spec === prev.spec) return [];
  const errors = validate(next);
  const before = prev.spec;
  const allowed = { ...next.spec };
  if ((before.volumeName ?? "") === "") {
    if (before.volumeName === undefined) delete allowed.volumeName;
    else allowed.volumeName = before.volumeName;
  }
  if (prev.status.phase === "Bound") {
    if (before.resources !== undefined) allowed.resources = before.resources;
    if (before.volumeAttributesClassName === undefined) delete allowed.volumeAttributesClassName;
    else allowed.volumeAttributesClassName = before.volumeAttributesClassName;
  }
  // A default class may be filled in later.
  if (before.storageClassName === undefined) delete allowed.storageClassName;
  if (!deepEqual(allowed, before)) errors.push(forbiddenField("spec", IMMUTABLE));
  const grown = next.spec.resources?.requests?.["storage"];
  const had = prev.status.capacity?.["storage"] ?? before.resources?.requests?.["storage"];
  if (grown !== undefined && had !== undefined && quantityProblem(grown) === undefined) {
    if (compareQuantities(grown, had) < 0) {
      const text = "field can not be less than status.capacity";
      errors.push(forbiddenField("spec.resources.requests.storage", text));
    }
  }
  return errors;
}

export const persistentVolumeClaims = defineResource<PersistentVolumeClaim>({
  group: "",
  version: "v1",
  kind: "PersistentVolumeClaim",
  resource: "persistentvolumeclaims",
  shortNames: ["pvc"],
  namespaced: true,
  generation: false,
  emptyStatus: { phase: "Pending" },
  subresources: { status: STATUS },
  columns: [
    nameColumn(),
    VOLUME_COLUMNS.status,
    column("Volume", (claim) => claim.spec.volumeName ?? ""),
    column("Capacity", (claim) => (claim.spec.volumeName ? (claim.status.capacity?.["storage"] ?? "0") : "")),
    column("Access Modes", (claim) =>
      claim.spec.volumeName ? accessModesCell(claim.status.accessModes) : "",
    ),
    VOLUME_COLUMNS.storageClass,
    VOLUME_COLUMNS.attributesClass,
    ageColumn(),
    VOLUME_COLUMNS.mode,
  ],
  defaults(claim) {
    const { volumeMode, resources } = claim.spec;
    if (volumeMode !== undefined && resources !== undefined) return claim;
    const missing = { volumeMode: volumeMode ?? "Filesystem", resources: resources ?? {} };
    return { ...claim, spec: { ...claim.spec, ...missing } };
  },
  validate,
  validateUpdate,
});
