/**
 * The paths of a resource in an OpenAPI document, with their operations (apiserver `pkg/endpoints/installer.go`,
 * kube-openapi `pkg/builder3`).
 */
import { refTo, type Json } from "../../api/schema/openapi";
import { schemaOfKind } from "../../api/schema/structure";
import type { ResourceDefinition, Subresource, Verb } from "../../api/resource";

const PATCH_TYPES = [
  "application/apply-patch+yaml",
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
];
const META = "io.k8s.apimachinery.pkg.apis.meta.v1";

function query(name: string, type: string, description: string): Json {
  return { name, in: "query", description, schema: { type, uniqueItems: true } };
}

const PRETTY = query("pretty", "string", "Whether the answer is laid out for people.");
const DRY_RUN = query("dryRun", "string", "`All`: do everything but store the outcome.");
const MANAGER = query("fieldManager", "string", "The name under which the fields that are set are owned.");
const VALIDATION = query(
  "fieldValidation",
  "string",
  "What becomes of unknown and duplicate fields: `Ignore`, `Warn` (default) or `Strict`.",
);
const WRITE = [DRY_RUN, MANAGER, VALIDATION];
const FORCE = query("force", "boolean", "Takes fields over from other owners; for apply patches only.");
const SELECTION = [
  query("labelSelector", "string", "Only objects with such labels."),
  query("fieldSelector", "string", "Only objects with such values of certain fields."),
  query("limit", "integer", "The greatest number of objects in the answer."),
  query("continue", "string", "Where an earlier list ended."),
  query("resourceVersion", "string", "How new the answer has to be."),
  query("resourceVersionMatch", "string", "What `resourceVersion` means."),
  query("timeoutSeconds", "integer", "How long a list or watch may take."),
];
const WATCHING = [
  query("watch", "boolean", "Tells of changes as they happen."),
  query("allowWatchBookmarks", "boolean", "Tells now and then how far the watch has come."),
  query("sendInitialEvents", "boolean", "Begins a watch with what there is."),
];
const DELETION = [
  DRY_RUN,
  query("gracePeriodSeconds", "integer", "Seconds until the object is gone."),
  query("propagationPolicy", "string", "What becomes of dependents: `Orphan`, `Background` or `Foreground`."),
];

function inPath(name: string): Json {
  return { name, in: "path", required: true, schema: { type: "string", uniqueItems: true } };
}

interface Operation {
  readonly method: string;
  readonly action: string;
  readonly parameters: readonly Json[];
  /** Schema of the body; undefined for none. */
  readonly body?: Json;
  readonly answer: Json;
  readonly kind: GroupVersionKind;
  readonly patches?: readonly string[];
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The schema by which a document calls a kind. */
export type SchemaOf = (kind: GroupVersionKind) => string | undefined;

/** The schema of a kind of the API itself. */
export const builtInSchema: SchemaOf = ({ group, version, kind }) =>
  schemaOfKind(group === "" ? version : `${group}/${version}`, kind);

/** The paths of a resource and of its subresources. */
export function pathsOf(def: ResourceDefinition, schemaOf: SchemaOf): Record<string, Json> {
  const { group, version, kind, resource, namespaced, verbs } = def;
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const base = namespaced ? `${root}/namespaces/{namespace}/${resource}` : `${root}/${resource}`;
  const type = { group, version, kind };
  const own = bodyOf(schemaOf(type));
  const list = bodyOf(schemaOf({ ...type, kind: `${kind}List` }));
  const places = namespaced ? [inPath("namespace")] : [];
  const made: Record<string, Json> = {};
  const add = (path: string, parameters: readonly Json[], operations: readonly Operation[]): void => {
    if (operations.length > 0) made[path] = pathItem(def, path, parameters, operations);
  };
  add(base, places, collectionOperations(verbs, type, own, list));
  const named = [...places, inPath("name")];
  add(`${base}/{name}`, named, objectOperations(verbs, type, own, patchTypesOf(def)));
  for (const [name, sub] of Object.entries(def.subresources)) {
    add(`${base}/{name}/${name}`, named, subresourceOperations(def, sub, schemaOf));
  }
  if (namespaced && verbs.includes("list")) {
    const everywhere = collectionOperations(["list"], type, own, list);
    add(`${root}/${resource}`, [], everywhere);
  }
  return made;
}

function bodyOf(schema: string | undefined): Json {
  return schema === undefined ? { type: "object" } : refTo(schema);
}

/** Custom kinds have no strategic merge. */
function patchTypesOf(def: ResourceDefinition): readonly string[] {
  return def.openAPISchema === undefined ? PATCH_TYPES : PATCH_TYPES.slice(0, 3);
}

function collectionOperations(
  verbs: readonly Verb[],
  kind: GroupVersionKind,
  own: Json,
  list: Json,
): Operation[] {
  const made: Operation[] = [];
  if (verbs.includes("list")) {
    const parameters = [...SELECTION, ...WATCHING];
    made.push({ method: "get", action: "list", parameters, answer: list, kind });
  }
  if (verbs.includes("create")) {
    made.push({ method: "post", action: "post", parameters: WRITE, body: own, answer: own, kind });
  }
  if (verbs.includes("deletecollection")) {
    const parameters = [...SELECTION, ...DELETION];
    const [body, answer] = [refTo(`${META}.DeleteOptions`), refTo(`${META}.Status`)];
    made.push({ method: "delete", action: "deletecollection", parameters, body, answer, kind });
  }
  return made;
}

function objectOperations(
  verbs: readonly Verb[],
  kind: GroupVersionKind,
  own: Json,
  patches: readonly string[],
): Operation[] {
  const made: Operation[] = [];
  if (verbs.includes("get")) made.push({ method: "get", action: "get", parameters: [], answer: own, kind });
  if (verbs.includes("update")) {
    made.push({ method: "put", action: "put", parameters: WRITE, body: own, answer: own, kind });
  }
  if (verbs.includes("patch")) {
    const [body, parameters] = [refTo(`${META}.Patch`), [...WRITE, FORCE]];
    made.push({ method: "patch", action: "patch", parameters, body, answer: own, kind, patches });
  }
  if (verbs.includes("delete")) {
    const [body, answer] = [refTo(`${META}.DeleteOptions`), refTo(`${META}.Status`)];
    made.push({ method: "delete", action: "delete", parameters: DELETION, body, answer, kind });
  }
  return made;
}

function subresourceOperations(def: ResourceDefinition, sub: Subresource, schemaOf: SchemaOf): Operation[] {
  const { group, version, kind } = { ...def, ...sub };
  const type = { group, version, kind };
  const own = bodyOf(schemaOf(type));
  const made = objectOperations(sub.verbs, type, own, patchTypesOf(def));
  if (sub.verbs.includes("create")) {
    made.push({ method: "post", action: "post", parameters: WRITE, body: own, answer: own, kind: type });
  }
  return made;
}

function pathItem(
  def: ResourceDefinition,
  path: string,
  parameters: readonly Json[],
  operations: readonly Operation[],
): Json {
  const made: Record<string, unknown> = {};
  for (const operation of operations) made[operation.method] = operationObject(def, path, operation);
  return { ...made, parameters: [...parameters, PRETTY] };
}

function operationObject(def: ResourceDefinition, path: string, operation: Operation): Json {
  const { method, action, parameters, body, answer, kind, patches } = operation;
  const answers = { content: { "application/json": { schema: answer } } };
  return {
    tags: [tagOf(def)],
    operationId: operationId(def, path, operation),
    parameters,
    ...(body === undefined ? {} : { requestBody: requestBody(body, patches, action) }),
    responses: {
      "200": { description: "OK", ...answers },
      ...(method === "post" || method === "put" || method === "patch"
        ? { "201": { description: "Created", ...answers } }
        : {}),
      "401": { description: "Unauthorized" },
    },
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": kind,
  };
}

function requestBody(schema: Json, patches: readonly string[] | undefined, action: string): Json {
  const types = patches ?? ["*/*"];
  const content = Object.fromEntries(types.map((type) => [type, { schema }]));
  return action.startsWith("delete") ? { content } : { content, required: true };
}

function tagOf({ group, version }: ResourceDefinition): string {
  const [first = ""] = group.split(".");
  return `${group === "" ? "core" : first}_${version}`;
}

const ACTIONS: Readonly<Record<string, string>> = {
  list: "list",
  post: "create",
  put: "replace",
  get: "read",
  deletecollection: "deleteCollection",
};

/** As upstream names them: `readCoreV1NamespacedPodStatus`. */
function operationId(def: ResourceDefinition, path: string, { action }: Operation): string {
  const [first = ""] = def.group.split(".");
  const group = def.group === "" ? "core" : first;
  const [, sub = ""] = path.split("{name}/");
  const everywhere = def.namespaced && !path.includes("{namespace}");
  return [
    ACTIONS[action] ?? action,
    capital(group),
    capital(def.version),
    def.namespaced && !everywhere ? "Namespaced" : "",
    def.kind,
    capital(sub),
    everywhere ? "ForAllNamespaces" : "",
  ].join("");
}

function capital(text: string): string {
  return text === "" ? "" : (text[0] ?? "").toUpperCase() + text.slice(1);
}
