/**
 * OpenAPI documents, one for each group version (kube-openapi `pkg/handler3`), and the index of them. Made from the
 * list of resources when they are asked for, and kept for as long as that list is the server's.
 */
import { digest } from "../../api/digest";
import type { ResourceDefinition } from "../../api/resource";
import { descriptions, type Descriptions } from "../../api/schema/descriptions";
import { componentSchemas, kindSchemas, type Json } from "../../api/schema/openapi";
import { groupsOf, resourcesOf } from "../discovery/groups";
import { customSchemaName, customSchemas } from "./custom";
import { builtInSchema, pathsOf, type SchemaOf } from "./paths";

/** What bodies of every group are made of. */
const SHARED = ["DeleteOptions", "Patch", "Status", "WatchEvent", "APIResourceList"].map(
  (name) => `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`,
);
const INFO = { title: "Kubernetes", version: "v1.35.2" };

export interface DocumentSet {
  /** The document of all paths to documents. */
  readonly index: Json;
  /** The hash of a document by its path below `/openapi/v3/`. */
  readonly hashes: ReadonlyMap<string, string>;
  document(path: string): Json | undefined;
}

interface Kept {
  readonly said: Descriptions;
  readonly set: DocumentSet;
}

const known = new WeakMap<readonly ResourceDefinition[], Kept>();

/** The documents of a server that serves these resources. */
export function openApiDocuments(resources: readonly ResourceDefinition[]): DocumentSet {
  const said = descriptions();
  const kept = known.get(resources);
  if (kept !== undefined && kept.said === said) return kept.set;
  const set = documentSet(resources, Object.keys(said).length);
  known.set(resources, { said, set });
  return set;
}

function documentSet(resources: readonly ResourceDefinition[], described: number): DocumentSet {
  const parts = new Map<string, readonly ResourceDefinition[]>();
  for (const { group, versions } of groupsOf(resources)) {
    for (const version of versions) {
      const path = group === "" ? `api/${version}` : `apis/${group}/${version}`;
      parts.set(path, resourcesOf(resources, group, version));
    }
  }
  const hashes = new Map([...parts].map(([path, defs]) => [path, hashOf(defs, described)]));
  const links = [...hashes].map(([path, hash]) => [
    path,
    { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` },
  ]);
  const made = new Map<string, Json>();
  return {
    index: { paths: Object.fromEntries(links) },
    hashes,
    document(path) {
      const defs = parts.get(path);
      if (defs === undefined) return undefined;
      const document = made.get(path) ?? documentOf(defs);
      made.set(path, document);
      return document;
    },
  };
}

/** Changes with whatever the document is made from. */
function hashOf(defs: readonly ResourceDefinition[], described: number): string {
  const facts = defs.map((def) => [
    def.apiVersion,
    def.kind,
    def.resource,
    def.namespaced,
    def.verbs,
    def.subresources,
    def.openAPISchema,
  ]);
  return digest(JSON.stringify([facts, described, INFO.version]));
}

function documentOf(defs: readonly ResourceDefinition[]): Json {
  const custom = new Map<string, string>();
  for (const def of defs) {
    if (def.openAPISchema === undefined) continue;
    for (const kind of [def.kind, `${def.kind}List`]) {
      custom.set(`${def.group} ${def.version} ${kind}`, customSchemaName({ ...def, kind }));
    }
  }
  const schemaOf: SchemaOf = (kind) =>
    custom.get(`${kind.group} ${kind.version} ${kind.kind}`) ?? builtInSchema(kind);
  const paths: Record<string, Json> = {};
  for (const def of defs) Object.assign(paths, pathsOf(def, schemaOf));
  return { openapi: "3.0.0", info: INFO, paths, components: { schemas: schemasOf(defs) } };
}

function schemasOf(defs: readonly ResourceDefinition[]): Json {
  const roots = [...SHARED];
  const own: Record<string, Json> = {};
  for (const def of defs) {
    if (def.openAPISchema !== undefined) {
      Object.assign(own, customSchemas(def, def.openAPISchema));
      continue;
    }
    roots.push(...kindSchemas(def.apiVersion, def.kind));
    for (const sub of Object.values(def.subresources)) {
      const { group, version, kind } = { ...def, ...sub };
      roots.push(...kindSchemas(group === "" ? version : `${group}/${version}`, kind));
    }
  }
  if (Object.keys(own).length > 0) roots.push(...META_OF_CUSTOM);
  return { ...componentSchemas(roots), ...own };
}

const META_OF_CUSTOM = ["ObjectMeta", "ListMeta"].map(
  (name) => `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`,
);
