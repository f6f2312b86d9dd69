import { ageColumn, column, nameColumn } from "../columns";
import { invalid } from "../field-error";
import type { FieldError } from "../field-error";
import { defineResource } from "../resource";
import type { RuntimeClass } from "../types";
import { isDns1123Label } from "../validation/names";
import { immutable, validateLabels } from "../validation/object-meta";
import { validateQuantity } from "../validation/resources";
import { validateTolerations } from "../validation/scheduling";

function validate(runtimeClass: RuntimeClass): FieldError[] {
  const errors: FieldError[] = [];
  const handler = runtimeClass.handler ?? "";
  for (const text of isDns1123Label(handler, false)) errors.push(invalid("handler", handler, text));
  for (const [name, text] of Object.entries(runtimeClass.overhead?.podFixed ?? {})) {
    validateQuantity(text, `overhead.podFixed.${name}`, errors);
  }
  const { nodeSelector, tolerations } = runtimeClass.scheduling ?? {};
  if (nodeSelector !== undefined) validateLabels(nodeSelector, "scheduling.nodeSelector", errors);
  if (tolerations !== undefined) validateTolerations(tolerations, "scheduling.tolerations", errors);
  return errors;
}

export const runtimeClasses = defineResource<RuntimeClass>({
  group: "node.k8s.io",
  version: "v1",
  kind: "RuntimeClass",
  resource: "runtimeclasses",
  namespaced: false,
  columns: [nameColumn(), column("Handler", (rc) => rc.handler), ageColumn()],
  validate,
  validateUpdate(next, prev) {
    const errors: FieldError[] = [];
    immutable(next.handler, prev.handler, "handler", errors);
    return errors;
  },
});
