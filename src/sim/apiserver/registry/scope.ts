/**
 * What a request is about, once it has been let in.
 */
import { joinKey } from "../../api/meta";
import { storageKey } from "../../api/registry";
import type { ResourceDefinition } from "../../api/resource";
import type { GroupResource } from "../../api/status";
import type { ApiObject } from "../../api/types";
import { LOOPBACK, type User } from "../auth/user";
import type { Server } from "../server";
import type { Write, WriteType } from "../storage/stored-value";
import { newNotes, type Notes } from "./warnings";

export interface Scope {
  readonly user: User;
  /** The API verb, or `bind` and `evict` for those doors; it goes into the trace. */
  readonly verb: string;
  /** The resource as the client named it. */
  readonly def: ResourceDefinition;
  /** The resource whose storage and strategy are used; nearly always the same. */
  readonly hub: ResourceDefinition;
  /** `""` for cluster-scoped resources, and for lists over all namespaces. */
  readonly namespace: string;
  /** `""` for collections. */
  readonly name: string;
  readonly subresource: string;
  /** Who owns what the request writes: `fieldManager`, or the first word of the user agent. */
  readonly manager: string;
  readonly query: Readonly<Record<string, string>>;
  readonly dryRun: boolean;
  readonly quiet: boolean;
  /** Newest fact in the chain of causes of the request. */
  readonly story: number;
  readonly notes: Notes;
}

const NO_QUERY: Readonly<Record<string, string>> = Object.freeze({});

/** The scope of something that the API server does to its own objects. */
export function ownScope(
  server: Server,
  def: ResourceDefinition,
  verb: string,
  namespace: string,
  name = "",
): Scope {
  const { quiet, story } = server.kernel.context;
  return {
    user: LOOPBACK,
    verb,
    def,
    hub: def,
    namespace,
    name,
    subresource: "",
    manager: "kube-apiserver",
    query: NO_QUERY,
    dryRun: false,
    quiet,
    story,
    notes: newNotes(),
  };
}

/** Key in etcd of an object of the scope's resource. */
export function keyOf(scope: Scope, name = scope.name): string {
  return storageKey(scope.hub, scope.namespace, name);
}

/** How errors call the resource. */
export function groupResource({ def }: Scope): GroupResource {
  return def;
}

/** The record of a write, for the trace. */
export function newWrite(
  server: Server,
  scope: Scope,
  type: WriteType,
  name: string,
  prev: ApiObject | undefined,
): Write {
  const { process } = server;
  const { quiet } = scope;
  return {
    verb: scope.verb,
    type,
    subject: quiet ? "" : `${scope.hub.resource}/${joinKey(scope.namespace, name)}`,
    user: scope.user.name,
    host: process.host.name,
    process: process.name,
    quiet,
    story: scope.story,
    prev: quiet ? undefined : prev,
    next: undefined,
    fact: 0,
  };
}
