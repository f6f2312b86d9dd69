import { ageColumn, column, nameColumn } from "../columns";
import { required } from "../field-error";
import type { FieldError } from "../field-error";
import { controllerOf } from "../meta";
import { integerColumn, NONE } from "../printing/cells";
import { defineResource } from "../resource";
import type { ControllerRevision, OwnerReference } from "../types";
import { immutable } from "../validation/object-meta";
import { validateNonNegative } from "../validation/resources";

/** `statefulset.apps/web`. */
function ownerCell(owner: OwnerReference | undefined): string {
  if (owner === undefined) return NONE;
  const slash = owner.apiVersion.indexOf("/");
  const group = slash < 0 ? "" : `.${owner.apiVersion.slice(0, slash)}`;
  return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
}

function validate(revision: ControllerRevision): FieldError[] {
  const errors: FieldError[] = [];
  if (revision.data === undefined) errors.push(required("data", "data is mandatory"));
  validateNonNegative(revision.revision, "revision", errors);
  return errors;
}

export const controllerRevisions = defineResource<ControllerRevision>({
  group: "apps",
  version: "v1",
  kind: "ControllerRevision",
  resource: "controllerrevisions",
  namespaced: true,
  columns: [
    nameColumn(),
    column("Controller", (revision) => ownerCell(controllerOf(revision)), {
      description: "The workload whose state it is.",
    }),
    integerColumn("Revision", (revision) => revision.revision, "Which state of the workload it is."),
    ageColumn(),
  ],
  validate,
  validateUpdate(next, prev) {
    const errors = validate(next);
    immutable(next.data, prev.data, "data", errors);
    return errors;
  },
});
