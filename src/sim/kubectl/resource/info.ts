/** Objects that a command works on, with the kind as the server serves it (cli-runtime `resource.Info`). */
import type { ObjectRef } from "../../terminal/io";
import type { Query, Rest } from "../rest/client";
import { groupVersion, type ResourceInfo } from "../rest/discovery";
import type { Task } from "../../kernel/task";

/** An object of unknown kind, as it came from the server or a file. Never changed in place. */
export interface AnyObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: AnyMeta;
  readonly [field: string]: unknown;
}

export interface AnyMeta {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly uid: string;
    readonly controller?: boolean;
  }[];
  readonly [field: string]: unknown;
}

export interface Info {
  readonly mapping: ResourceInfo;
  /** `""` for cluster-scoped kinds, and for lists of all namespaces. */
  readonly namespace: string;
  readonly name: string;
  /** What the server or the file has: an object, a Table; undefined while nobody has looked. */
  readonly object: AnyObject | undefined;
  /** The file it comes from, `STDIN`, or `""`. */
  readonly source: string;
}

/** Path of a collection or an object. */
export function pathOf(
  mapping: ResourceInfo,
  namespace: string,
  name?: string,
  subresource?: string,
): string {
  let path = mapping.group === "" ? `/api/${mapping.version}` : `/apis/${groupVersion(mapping)}`;
  if (mapping.namespaced && namespace !== "") path += `/namespaces/${namespace}`;
  path += `/${mapping.resource}`;
  if (name !== undefined && name !== "") path += `/${encodeURIComponent(name).replaceAll("%3A", ":")}`;
  return subresource === undefined || subresource === "" ? path : `${path}/${subresource}`;
}

/** Reads the object that an info stands for. */
export function* getObject(rest: Rest, info: Info, subresource = "", query: Query = {}): Task<AnyObject> {
  return yield* rest.get<AnyObject>(pathOf(info.mapping, info.namespace, info.name, subresource), query);
}

/** What a line about an object refers to. */
export function refOf(info: Pick<Info, "mapping" | "namespace" | "name">): ObjectRef {
  const { group, resource, namespaced } = info.mapping;
  return { group, resource, namespace: namespaced ? info.namespace : "", name: info.name };
}

/** `pod`, `deployment.apps`: how a kind is named in output. */
export function kindName(mapping: Pick<ResourceInfo, "group" | "kind">): string {
  const kind = mapping.kind.toLowerCase();
  return mapping.group === "" ? kind : `${kind}.${mapping.group}`;
}

/** `pods`, `deployments.apps`. */
export function resourceName(mapping: Pick<ResourceInfo, "group" | "resource">): string {
  return mapping.group === "" ? mapping.resource : `${mapping.resource}.${mapping.group}`;
}

/** Go's `%v` of a GroupVersionResource: `/v1, Resource=pods`. */
export function gvrText(mapping: ResourceInfo): string {
  return `${mapping.group}/${mapping.version}, Resource=${mapping.resource}`;
}
