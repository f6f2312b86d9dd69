/**
 * Reads: one object, or a list, as new as the client asks for
 * (apiserver `pkg/storage/cacher/{cacher,delegator}.go`, `pkg/storage/etcd3/store.go`).
 */
import { err, ok, type Result } from "../../../shared/result";
import { badRequest, expired, notFound, timeout } from "../../api/status";
import type { ApiList, ApiObject, Status } from "../../api/types";
import type { Task } from "../../kernel/task";
import { SECOND } from "../../kernel/time";
import { parseSelection, type Selection } from "../cache/selection";
import type { Server } from "../server";
import { storageFailure } from "../storage/errors";
import { decode } from "../storage/stored-value";
import { readToken, writeToken } from "./continue-token";
import { parseRevision, readListOptions, type ListOptions } from "./list-options";
import { groupResource, keyOf, type Scope } from "./scope";

/** A read waits so long for the cache to become as new as asked. */
const FRESH_LIMIT = 3 * SECOND;

/** Reads the scope's object. */
export function* getObject(server: Server, scope: Scope): Task<Result<ApiObject, Status>> {
  const asked = parseRevision(scope.query["resourceVersion"]);
  if (!asked.ok) return asked;
  if (asked.value === undefined) {
    const read = yield* server.storage.get(keyOf(scope));
    if (!read.ok) return read;
    return read.value === undefined ? err(notFound(groupResource(scope), scope.name)) : ok(read.value);
  }
  const stale = yield* waitFresh(server, asked.value);
  if (stale !== undefined) return err(stale);
  const object = server.caches.of(scope.hub).find(scope.namespace, scope.name);
  return object === undefined ? err(notFound(groupResource(scope), scope.name)) : ok(object);
}

/** Lists the scope's collection. */
export function* listObjects(server: Server, scope: Scope): Task<Result<ApiList, Status>> {
  const { query } = scope;
  const options = readListOptions(query, false);
  if (!options.ok) return options;
  const selection = parseSelection(scope.hub, scope.namespace, query);
  if (!selection.ok) return selection;
  const { revision: asked, limit, token, match } = options.value;
  if (token !== "") return yield* listRest(server, scope, selection.value, options.value);
  if (match === "Exact" && asked !== undefined) {
    return yield* listAt(server, scope, selection.value, { revision: asked, after: "", limit });
  }
  const behind = yield* catchUp(server, asked);
  if (behind !== undefined) return err(behind);
  const items = server.caches.of(scope.hub).list(selection.value);
  const { revision } = server.feed;
  if (limit === 0 || items.length <= limit || asked === 0) return ok(makeList(scope, items, revision));
  const page = items.slice(0, limit);
  return ok(makeList(scope, page, revision, page.at(-1), rest(selection.value, items.length - limit)));
}

/** A consistent read first learns from etcd how new the cache has to be. */
export function* catchUp(server: Server, revision: number | undefined): Task<Status | undefined> {
  if (revision !== undefined) return yield* waitFresh(server, revision);
  const current = yield* server.storage.currentRevision();
  return current.ok ? yield* waitFresh(server, current.value) : current.error;
}

/** Waits until the cache has reached a revision; a Status when that takes too long. */
export function* waitFresh(server: Server, revision: number): Task<Status | undefined> {
  const { feed } = server;
  if (feed.revision >= revision && feed.revision > 0) return undefined;
  const { context } = server.kernel;
  const reached = yield* feed.reach(Math.max(revision, 1), FRESH_LIMIT);
  // The answer is the consequence of the request, not of the change that it happened to wait for.
  server.kernel.adopt(context);
  if (reached) return undefined;
  const message = `Too large resource version: ${revision}, current: ${feed.revision}`;
  const status = timeout(message, 1);
  return {
    ...status,
    details: {
      ...status.details,
      causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    },
  };
}

function* listRest(
  server: Server,
  scope: Scope,
  selection: Selection,
  { revision, token, limit }: ListOptions,
): Task<Result<ApiList, Status>> {
  if (revision !== undefined && revision !== 0) {
    return err(badRequest("specifying resource version is not allowed when using continue"));
  }
  const read = readToken(token);
  if (!read.ok) return read;
  const { rv, start: after } = read.value;
  if (rv > 0) return yield* listAt(server, scope, selection, { revision: rv, after, limit });
  // The client has accepted that the rest is from another time than the beginning.
  const current = yield* server.storage.currentRevision();
  if (!current.ok) return current;
  return yield* listAt(server, scope, selection, { revision: current.value, after, limit });
}

/** A page of the past. */
interface Page {
  readonly revision: number;
  /** Key of the object before the page; `""`: the first page. */
  readonly after: string;
  readonly limit: number;
}

/** Lists as of an old revision, from etcd. */
function* listAt(
  server: Server,
  scope: Scope,
  selection: Selection,
  { revision, after, limit }: Page,
): Task<Result<ApiList, Status>> {
  const behind = yield* waitFresh(server, revision);
  if (behind !== undefined) return err(behind);
  const { prefix } = server.caches.of(scope.hub);
  const under = scope.namespace === "" ? prefix : `${prefix}${scope.namespace}/`;
  const range = { key: under, prefix: true, revision };
  const read = yield* server.storage.etcd.range(after === "" ? range : { ...range, after });
  if (!read.ok) {
    if (!read.error.message.includes("compacted")) return err(storageFailure(read.error));
    return err(after === "" ? expired(TOO_OLD) : inconsistent(after));
  }
  const objects = read.value.entries.map((entry) => decode(entry.value, entry.modRevision));
  const items = objects.filter((object) => selection.matches(object));
  if (limit === 0 || items.length <= limit) return ok(makeList(scope, items, revision));
  const page = items.slice(0, limit);
  return ok(makeList(scope, page, revision, page.at(-1), rest(selection, items.length - limit)));
}

/** The 410 with which a client may go on all the same. */
function inconsistent(after: string): Status {
  const status = expired(EXPIRED);
  return { ...status, metadata: { ...status.metadata, continue: writeToken(-1, after) } };
}

const TOO_OLD = "The resourceVersion for the provided list is too old.";
const EXPIRED =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list " +
  "without the continue parameter, or use the continue token in this response to retrieve the remainder of the " +
  "results. Continuing with the provided token results in an inconsistent list - objects that were created, " +
  "modified, or deleted between the time the first chunk was returned and now may show up in the list.";

/** How many items a page leaves; told only where no selector was applied. */
function rest(selection: Selection, count: number): number | undefined {
  return selection.wholeNamespace ? count : undefined;
}

function makeList(
  scope: Scope,
  items: readonly ApiObject[],
  revision: number,
  last?: ApiObject,
  remaining?: number,
): ApiList {
  const { def } = scope;
  const metadata: ApiList["metadata"] = { resourceVersion: String(revision) };
  if (last !== undefined) {
    const start = keyOf({ ...scope, namespace: last.metadata.namespace ?? "" }, last.metadata.name ?? "");
    metadata.continue = writeToken(revision, start);
    if (remaining !== undefined) metadata.remainingItemCount = remaining;
  }
  // The list may be shared; whoever gets it must not change it.
  return { kind: `${def.kind}List`, apiVersion: def.apiVersion, metadata, items: items as ApiObject[] };
}
