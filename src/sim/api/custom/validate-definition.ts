/**
 * Validation of CustomResourceDefinitions (apiextensions-apiserver `pkg/apis/apiextensions/validation/validation.go`).
 */
import { invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import { conditionStatus } from "../meta";
import type { CustomResourceDefinition } from "../types";
import { isDns1035Label, isDns1123Subdomain } from "../validation/names";
import { immutable } from "../validation/object-meta";
import { parseJsonPath } from "./json-path";
import type { Schema } from "./schema";
import { validateSchema } from "./structural";

type Spec = CustomResourceDefinition["spec"];
type Version = Spec["versions"][number];

const SCOPES: readonly string[] = ["Cluster", "Namespaced"];
const COLUMN_TYPES: readonly string[] = ["boolean", "date", "integer", "number", "string"];
const COLUMN_FORMATS: readonly string[] = [
  "byte",
  "date",
  "date-time",
  "double",
  "float",
  "int32",
  "int64",
  "password",
];
const APPROVAL = "api-approved.kubernetes.io";
const PROTECTED = ["k8s.io", "kubernetes.io"];
const SELECTABLE_MAX = 8;

export function validateDefinition(crd: CustomResourceDefinition): FieldError[] {
  const errors: FieldError[] = [];
  const { spec, metadata } = crd;
  const { group = "", versions = [] } = spec as Partial<Spec>;
  if (metadata.name !== `${spec.names?.plural ?? ""}.${group}`) {
    errors.push(invalid("metadata.name", metadata.name, 'must be spec.names.plural+"."+spec.group'));
  }
  if (group === "") errors.push(required("spec.group"));
  else {
    for (const text of isDns1123Subdomain(group, false)) errors.push(invalid("spec.group", group, text));
    if (!group.includes(".")) {
      errors.push(invalid("spec.group", group, "should be a domain with at least one dot"));
    }
  }
  validateApproval(crd, errors);
  if ((spec.scope ?? "") === "") errors.push(required("spec.scope"));
  else if (!SCOPES.includes(spec.scope)) errors.push(notSupported("spec.scope", spec.scope, SCOPES));
  validateVersions(versions, errors);
  validateNames(spec, errors);
  const strategy = spec.conversion?.strategy;
  // Another program would have to convert.
  if (strategy !== undefined && strategy !== "None") {
    errors.push(notSupported("spec.conversion.strategy", strategy, ["None"]));
  }
  return errors;
}

function validateApproval({ spec, metadata }: CustomResourceDefinition, errors: FieldError[]): void {
  const { group = "" } = spec as Partial<Spec>;
  if (!PROTECTED.some((domain) => group === domain || group.endsWith(`.${domain}`))) return;
  if (metadata.annotations?.[APPROVAL] !== undefined) return;
  const text =
    `protected groups must have approval annotation "${APPROVAL}", ` +
    "see https://github.com/kubernetes/enhancements/pull/1111";
  errors.push(required(`metadata.annotations[${APPROVAL}]`, text));
}

function validateVersions(versions: readonly Version[], errors: FieldError[]): void {
  if (versions.length === 0) errors.push(required("spec.versions", "must have at least one version"));
  const names = versions.map((version) => version.name);
  if (new Set(names).size < names.length) {
    errors.push(invalid("spec.versions", names, "must contain unique version names"));
  }
  const stored = versions.filter((version) => version.storage);
  if (versions.length > 0 && stored.length !== 1) {
    errors.push(invalid("spec.versions", names, "must have exactly one version marked as storage version"));
  }
  for (const [i, version] of versions.entries()) validateVersion(version, `spec.versions[${i}]`, errors);
}

function validateVersion(version: Version, field: string, errors: FieldError[]): void {
  for (const text of isDns1035Label(version.name ?? "", false)) {
    errors.push(invalid(`${field}.name`, version.name, text));
  }
  const schema = version.schema?.openAPIV3Schema as Schema | undefined;
  if (schema === undefined) {
    errors.push(required(`${field}.schema.openAPIV3Schema`, "schemas are required"));
  } else errors.push(...validateSchema(schema, `${field}.schema.openAPIV3Schema`));
  for (const [i, column] of (version.additionalPrinterColumns ?? []).entries()) {
    validateColumn(column, `${field}.additionalPrinterColumns[${i}]`, errors);
  }
  validateScale(version, `${field}.subresources.scale`, errors);
  const selectable = version.selectableFields ?? [];
  if (selectable.length > SELECTABLE_MAX) {
    const message = `Too many: ${selectable.length}: must have at most ${SELECTABLE_MAX} items`;
    errors.push({ type: "FieldValueTooMany", field: `${field}.selectableFields`, message });
  }
  for (const [i, { jsonPath }] of selectable.entries()) {
    validatePath(jsonPath, `${field}.selectableFields[${i}].jsonPath`, errors);
  }
}

function validateColumn(
  column: NonNullable<Version["additionalPrinterColumns"]>[number],
  field: string,
  errors: FieldError[],
): void {
  if ((column.name ?? "") === "") errors.push(required(`${field}.name`));
  if ((column.type ?? "") === "") {
    errors.push(required(`${field}.type`, `must be one of ${COLUMN_TYPES.join(",")}`));
  } else if (!COLUMN_TYPES.includes(column.type)) {
    errors.push(invalid(`${field}.type`, column.type, `must be one of ${COLUMN_TYPES.join(",")}`));
  }
  if (column.format !== undefined && column.format !== "" && !COLUMN_FORMATS.includes(column.format)) {
    errors.push(invalid(`${field}.format`, column.format, `must be one of ${COLUMN_FORMATS.join(",")}`));
  }
  validatePath(column.jsonPath, `${field}.jsonPath`, errors);
}

function validatePath(path: string | undefined, field: string, errors: FieldError[]): void {
  if (path === undefined || path === "") {
    errors.push(required(field));
    return;
  }
  if (!path.startsWith(".")) errors.push(invalid(field, path, "must be a simple json path starting with ."));
  else if (parseJsonPath(path) === undefined) {
    errors.push(invalid(field, path, "is an invalid path: unrecognized characters"));
  }
}

function validateScale({ subresources }: Version, field: string, errors: FieldError[]): void {
  const scale = subresources?.scale;
  if (scale === undefined) return;
  const check = (
    name: "specReplicasPath" | "statusReplicasPath" | "labelSelectorPath",
    roots: readonly string[],
  ): void => {
    const path = scale[name];
    if (path === undefined || path === "") {
      if (name !== "labelSelectorPath") errors.push(required(`${field}.${name}`));
      return;
    }
    if (!path.startsWith(".")) {
      errors.push(invalid(`${field}.${name}`, path, "should be a simple json path starting with ."));
    } else if (!roots.some((root) => path.startsWith(`${root}.`))) {
      errors.push(invalid(`${field}.${name}`, path, `should be a json path under ${roots.join(" or ")}`));
    }
  };
  check("specReplicasPath", [".spec"]);
  check("statusReplicasPath", [".status"]);
  check("labelSelectorPath", [".status", ".spec"]);
}

function validateNames({ names }: Spec, errors: FieldError[]): void {
  const {
    plural = "",
    singular,
    kind = "",
    listKind,
    shortNames = [],
    categories = [],
  } = (names ?? {}) as Partial<Spec["names"]>;
  const label = (value: string | undefined, field: string): void => {
    for (const text of isDns1035Label(value ?? "", false)) errors.push(invalid(field, value ?? "", text));
  };
  if (plural === "") errors.push(required("spec.names.plural"));
  else label(plural, "spec.names.plural");
  if (singular === undefined || singular === "") errors.push(required("spec.names.singular"));
  else label(singular, "spec.names.singular");
  const mixed = (value: string | undefined, field: string): void => {
    if (value === undefined || value === "") {
      errors.push(required(field));
      return;
    }
    for (const text of isDns1035Label(value.toLowerCase(), false)) {
      errors.push(invalid(field, value, `may have mixed case, but should otherwise match: ${text}`));
    }
  };
  mixed(kind, "spec.names.kind");
  mixed(listKind, "spec.names.listKind");
  if (kind !== "" && kind === listKind) {
    errors.push(invalid("spec.names.listKind", listKind, "kind and listKind may not be the same"));
  }
  for (const [i, name] of shortNames.entries()) label(name, `spec.names.shortNames[${i}]`);
  for (const [i, name] of categories.entries()) label(name, `spec.names.categories[${i}]`);
}

export function validateDefinitionUpdate(
  next: CustomResourceDefinition,
  prev: CustomResourceDefinition,
): FieldError[] {
  const errors = validateDefinition(next);
  // Names that are in use stay.
  if (conditionStatus(prev.status.conditions, "Established") === "True") {
    immutable(next.spec.group, prev.spec.group, "spec.group", errors);
    immutable(next.spec.scope, prev.spec.scope, "spec.scope", errors);
    immutable(next.spec.names?.kind, prev.spec.names.kind, "spec.names.kind", errors);
    immutable(next.spec.names?.plural, prev.spec.names.plural, "spec.names.plural", errors);
  }
  for (const [i, name] of (next.status.storedVersions ?? []).entries()) {
    if (next.spec.versions?.some((version) => version.name === name)) continue;
    errors.push(
      invalid(
        `status.storedVersions[${i}]`,
        name,
        `missing from spec.versions; ${name} was previously a storage version, and must ` +
          `remain in spec.versions until a storage migration ensures no data remains ` +
          `persisted in ${name} and removes ${name} from status.storedVersions`,
      ),
    );
  }
  return errors;
}
