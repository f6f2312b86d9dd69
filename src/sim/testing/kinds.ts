/* oxlint-disable typescript/no-explicit-any -- objects of any kind */
/** Objects on their way into the store, without a server: what a kind's definition does to them. */
import { errorText } from "../api/field-error";
import { findKind } from "../api/registry";
import type { ApiObject } from "../api/types";

/** Freezes deeply, so that a strategy that mutates its input fails the test. */
export function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) frozen(member);
    Object.freeze(value);
  }
  return value;
}

export const draft = (apiVersion: string, kind: string, body: object, name = "x"): ApiObject =>
  ({ apiVersion, kind, metadata: { name, namespace: "default" }, ...body }) as ApiObject;

export function definitionOf(obj: ApiObject): NonNullable<ReturnType<typeof findKind>> {
  const definition = findKind(obj.apiVersion, obj.kind);
  if (definition === undefined) throw new Error(`no kind ${obj.kind}`);
  return definition;
}

/** Does what the server does to a new object before it stores it. */
export function create(obj: ApiObject): any {
  const definition = definitionOf(obj);
  const { namespace: _dropped, ...clusterMeta } = obj.metadata;
  const placed = definition.namespaced ? obj : { ...obj, metadata: clusterMeta };
  return definition.prepareForCreate(definition.applyDefaults(frozen(placed)));
}

export function createErrors(obj: ApiObject): string[] {
  return definitionOf(obj).validateCreate(create(obj)).map(errorText);
}

export function updateErrors(before: ApiObject, change: (stored: any) => object): string[] {
  const definition = definitionOf(before);
  const stored = frozen({ ...create(before), metadata: { ...create(before).metadata, uid: "u" } });
  const next = definition.prepareForUpdate(definition.applyDefaults(change(stored) as ApiObject), stored);
  return definition.validateUpdate(next, stored).map(errorText);
}

export const container = { name: "c", image: "nginx:1.27" };
export const pod = (spec: object): ApiObject =>
  draft("v1", "Pod", { spec: { containers: [container], ...spec } });
export const withContainer = (extra: object): ApiObject => pod({ containers: [{ ...container, ...extra }] });
export const template = { metadata: { labels: { app: "web" } }, spec: { containers: [container] } };
export const deployment = (spec: object = {}): ApiObject =>
  draft("apps/v1", "Deployment", { spec: { selector: { matchLabels: { app: "web" } }, template, ...spec } });
export const service = (spec: object): ApiObject => draft("v1", "Service", { spec });
