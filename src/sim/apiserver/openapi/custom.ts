/**
 * Schemas of custom kinds in OpenAPI documents (apiextensions-apiserver `pkg/controller/openapi/builder`): the schema
 * that the definition states, with what every object has.
 */
import type { ResourceDefinition } from "../../api/resource";
import { descriptionOf } from "../../api/schema/descriptions";
import { refTo, type Json } from "../../api/schema/openapi";

const META = "io.k8s.apimachinery.pkg.apis.meta.v1";

/** `stable.example.com`, `v1`, `CronTab` are `com.example.stable.v1.CronTab`. */
export function customSchemaName({
  group,
  version,
  kind,
}: Pick<ResourceDefinition, "group" | "version" | "kind">): string {
  return [...group.split(".").toReversed(), version, kind].join(".");
}

/** The schemas of a custom kind and of its list. */
export function customSchemas(def: ResourceDefinition, schema: Json): Record<string, Json> {
  const { group, version, kind } = def;
  const list = `${kind}List`;
  const own = customSchemaName(def);
  const properties = (schema["properties"] ?? {}) as Json;
  return {
    [own]: {
      ...schema,
      type: "object",
      properties: {
        ...properties,
        ...typeMeta(),
        metadata: member("ObjectMeta", "Standard object's metadata."),
      },
      ...typed(group, version, kind),
    },
    [customSchemaName({ ...def, kind: list })]: {
      description: `${list} is a list of ${kind}`,
      type: "object",
      required: ["items"],
      properties: {
        ...typeMeta(),
        items: { description: `List of ${def.resource}.`, type: "array", items: refTo(own) },
        metadata: member("ListMeta", "Standard list metadata."),
      },
      ...typed(group, version, list),
    },
  };
}

function typed(group: string, version: string, kind: string): Json {
  return { "x-kubernetes-group-version-kind": [{ group, kind, version }] };
}

function member(name: string, description: string): Json {
  return { description, allOf: [refTo(`${META}.${name}`)] };
}

/** The members that say what an object is; they are described alike in all kinds. */
function typeMeta(): Json {
  const text = (field: string): Json => {
    const description = descriptionOf(`${META}.Status`, field);
    return { ...(description === undefined ? {} : { description }), type: "string" };
  };
  return { apiVersion: text("apiVersion"), kind: text("kind") };
}
