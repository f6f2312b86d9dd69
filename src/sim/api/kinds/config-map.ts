import { ageColumn, nameColumn } from "../columns";
import { invalid } from "../field-error";
import type { FieldError } from "../field-error";
import { integerColumn } from "../printing/cells";
import { defineResource } from "../resource";
import type { ConfigMap } from "../types";
import { validateData, validateImmutable, validateSize } from "../validation/data";

function validate(map: ConfigMap): FieldError[] {
  const errors: FieldError[] = [];
  const size = validateData(map.data, "data", errors) + validateData(map.binaryData, "binaryData", errors);
  for (const key in map.binaryData) {
    if (map.data?.[key] === undefined) continue;
    errors.push(invalid(`data[${key}]`, key, "duplicate of key present in binaryData"));
  }
  validateSize(size, errors);
  return errors;
}

export const configMaps = defineResource<ConfigMap>({
  group: "",
  version: "v1",
  kind: "ConfigMap",
  resource: "configmaps",
  shortNames: ["cm"],
  namespaced: true,
  triggerField: "metadata.name",
  columns: [
    nameColumn(),
    integerColumn(
      "Data",
      (map) => Object.keys(map.data ?? {}).length + Object.keys(map.binaryData ?? {}).length,
      "How many entries it has.",
    ),
    ageColumn(),
  ],
  validate,
  validateUpdate(next, prev) {
    const errors = validate(next);
    validateImmutable(next, prev, ["data", "binaryData"], errors);
    return errors;
  },
});
