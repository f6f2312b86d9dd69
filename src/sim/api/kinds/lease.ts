import { ageColumn, column, nameColumn } from "../columns";
import { invalid } from "../field-error";
import type { FieldError } from "../field-error";
import { defineResource } from "../resource";
import type { Lease } from "../types";
import { NOT_NEGATIVE } from "../validation/resources";

function validate(lease: Lease): FieldError[] {
  const errors: FieldError[] = [];
  const { leaseDurationSeconds: duration, leaseTransitions: transitions, holderIdentity } = lease.spec;
  if (duration !== undefined && duration <= 0) {
    errors.push(invalid("spec.leaseDurationSeconds", duration, "must be greater than 0"));
  }
  if (transitions !== undefined && transitions < 0) {
    errors.push(invalid("spec.leaseTransitions", transitions, NOT_NEGATIVE));
  }
  const strategy = (lease.spec as { strategy?: string }).strategy;
  if (strategy !== undefined && holderIdentity === "") {
    errors.push(invalid("spec.holderIdentity", "", "must not be empty"));
  }
  return errors;
}

export const leases = defineResource<Lease>({
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  resource: "leases",
  namespaced: true,
  allowCreateOnUpdate: true,
  spec: true,
  generation: false,
  triggerField: "metadata.name",
  columns: [
    nameColumn(),
    column("Holder", (lease) => lease.spec.holderIdentity ?? "", { description: "Who holds it now." }),
    ageColumn(),
  ],
  validate,
});
