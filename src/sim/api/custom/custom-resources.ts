/**
 * From a CustomResourceDefinition to the definitions with which the server serves its kind, one a version
 * (apiextensions-apiserver `pkg/registry/customresource`, `pkg/apiserver/customresource_handler.go`).
 *
 * Versions share the storage and differ in `apiVersion`, schema and columns (conversion `None`). So each version is
 * two definitions: the one that clients name, and its hub, which has the strategy.
 */
import { deepEqual } from "../deep-equal";
import { defineResource } from "../resource";
import type { ResourceDefinition, ScaleAccess, Subresource } from "../resource";
import type { StructShape } from "../schema/shape";
import { SCALE, STATUS } from "../subresources";
import type { ApiObject, CustomResourceDefinition } from "../types";
import { columnsOf } from "./columns";
import { withDefaults } from "./defaults";
import { findAll, parseJsonPath, withValue } from "./json-path";
import { pruneObject } from "./prune";
import type { Schema } from "./schema";
import { customShape } from "./shape";
import { validateValue } from "./validate";

type Spec = CustomResourceDefinition["spec"];
export type Version = Spec["versions"][number];
type Whole = ApiObject & { status?: unknown };

/** What the server knows of a kind that a definition of this cluster made. */
export interface CustomKind {
  /** Name of the CustomResourceDefinition. */
  readonly crd: string;
  readonly schema: Schema;
  /** The object without the fields that the schema does not know, and their paths. */
  prune(object: ApiObject): { readonly object: ApiObject; readonly unknown: readonly string[] };
  /** How its fields are owned. */
  readonly shape: StructShape;
  /** False once the definition is being deleted. */
  readonly accepts: boolean;
}

const EVERYTHING: Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

export function schemaOf(version: Version): Schema {
  return (version.schema?.openAPIV3Schema ?? EVERYTHING) as Schema;
}

/** The definitions of every served version, the one that is stored first; none before names are accepted. */
export function customResources(crd: CustomResourceDefinition): ResourceDefinition[] {
  const { versions } = crd.spec;
  const served = versions.filter((version) => version.served);
  const stored = versions.find((version) => version.storage) ?? versions[0];
  if (stored === undefined) return [];
  served.sort((a, b) => Number(b === stored) - Number(a === stored));
  return served.map((version) => customResource(crd, version, `${crd.spec.group}/${stored.name}`));
}

function customResource(
  crd: CustomResourceDefinition,
  version: Version,
  storedVersion: string,
): ResourceDefinition {
  const schema = schemaOf(version);
  const hub = hubOf(crd, version, schema);
  const own = hub.apiVersion;
  return {
    ...hub,
    conversion: {
      hubGroup: hub.group,
      hub,
      toHub: (obj) => (obj.apiVersion === storedVersion ? obj : { ...obj, apiVersion: storedVersion }),
      fromHub: (obj) => (obj.apiVersion === own ? obj : { ...obj, apiVersion: own }),
    },
  };
}

function hubOf(crd: CustomResourceDefinition, version: Version, schema: Schema): ResourceDefinition {
  const { group, names, scope } = crd.spec;
  const hasStatus = version.subresources?.status !== undefined;
  const scale = scaleOf(version);
  const subresources: Record<string, Subresource> = {};
  if (hasStatus) subresources["status"] = STATUS;
  if (scale !== undefined) subresources["scale"] = SCALE;
  const base = defineResource<ApiObject>({
    group,
    version: version.name,
    kind: names.kind,
    resource: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === "Namespaced",
    storagePrefix: `/registry/${group}/${names.plural}`,
    subresources,
    ...(scale === undefined ? {} : { scale }),
    fields: fieldsOf(version),
    columns: columnsOf(version),
  });
  const custom: CustomKind = {
    crd: crd.metadata.name,
    schema,
    shape: customShape(schema, names.kind, version.name),
    prune: (object) => pruneObject(object, schema),
    accepts: crd.metadata.deletionTimestamp === undefined,
  };
  return {
    ...base,
    hasStatus,
    custom,
    openAPISchema: schema as Record<string, unknown>,
    ...strategyOf(base, schema, hasStatus),
  };
}

type Strategy = Pick<
  ResourceDefinition,
  | "applyDefaults"
  | "prepareForCreate"
  | "prepareForUpdate"
  | "prepareForStatusUpdate"
  | "validateCreate"
  | "validateUpdate"
  | "validateStatusUpdate"
>;

function strategyOf(base: ResourceDefinition, schema: Schema, hasStatus: boolean): Strategy {
  return {
    applyDefaults: (obj) => withDefaults(obj, schema) as ApiObject,
    prepareForCreate(obj) {
      const made: Whole = { ...obj, metadata: { ...obj.metadata, generation: 1 } };
      if (hasStatus) delete made.status;
      return made;
    },
    prepareForUpdate(next, prev) {
      const made = base.prepareForUpdate(next, prev) as Whole;
      if (hasStatus) setStatus(made, (prev as Whole).status);
      if (sameContent(made, prev)) return made;
      return { ...made, metadata: { ...made.metadata, generation: (prev.metadata.generation ?? 0) + 1 } };
    },
    prepareForStatusUpdate(next, prev) {
      const made: Whole = { ...prev, metadata: { ...prev.metadata } };
      const { managedFields } = next.metadata;
      if (managedFields !== undefined) made.metadata.managedFields = managedFields;
      setStatus(made, (next as Whole).status);
      return made;
    },
    validateCreate: (obj) => [...base.validateCreate(obj), ...validateValue(obj, schema, "")],
    validateUpdate: (next, prev) => [...base.validateUpdate(next, prev), ...validateValue(next, schema, "")],
    validateStatusUpdate: (next, prev) => [
      ...base.validateStatusUpdate(next, prev),
      ...validateValue(next, schema, ""),
    ],
  };
}

function setStatus(obj: Whole, status: unknown): void {
  if (status === undefined) delete obj.status;
  else obj.status = status;
}

/** Whether two states differ in nothing that the generation counts. */
function sameContent(a: ApiObject, b: ApiObject): boolean {
  const content = ({ metadata: _meta, apiVersion: _version, ...rest }: ApiObject): unknown => rest;
  return deepEqual(content(a), content(b));
}

function fieldsOf({ selectableFields }: Version): Record<string, (obj: ApiObject) => string> {
  const fields: Record<string, (obj: ApiObject) => string> = {};
  for (const { jsonPath } of selectableFields ?? []) {
    const path = parseJsonPath(jsonPath) ?? [];
    fields[jsonPath.replace(/^\./u, "")] = (obj) => textOf(findAll(path, obj)[0]);
  }
  return fields;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}

function scaleOf({ subresources }: Version): ScaleAccess<ApiObject> | undefined {
  const scale = subresources?.scale;
  if (scale === undefined) return undefined;
  const spec = parseJsonPath(scale.specReplicasPath) ?? [];
  const status = parseJsonPath(scale.statusReplicasPath) ?? [];
  const selector = scale.labelSelectorPath === undefined ? undefined : parseJsonPath(scale.labelSelectorPath);
  const count = (value: unknown): number => (typeof value === "number" ? value : 0);
  return {
    specReplicas: (obj) => count(findAll(spec, obj)[0]),
    statusReplicas: (obj) => count(findAll(status, obj)[0]),
    selector: (obj) => (selector === undefined ? "" : textOf(findAll(selector, obj)[0])),
    withReplicas: (obj, replicas) => withValue(obj, spec, replicas),
  };
}
