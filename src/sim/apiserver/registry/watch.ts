/**
 * Begins watches (apiserver `pkg/endpoints/handlers/watch.go`, `pkg/storage/cacher/cacher.go` Watch).
 */
import { err, ok, type Result } from "../../../shared/result";
import { isTrue } from "../../api/request-info";
import { tooOldResourceVersion } from "../../api/status";
import type { Status } from "../../api/types";
import type { Exchange } from "../../kernel/connection";
import type { Task } from "../../kernel/task";
import { SECOND } from "../../kernel/time";
import type { CacheEvent } from "../cache/cache-event";
import { parseSelection } from "../cache/selection";
import { Watcher, type Presenter } from "../cache/watcher";
import type { Server } from "../server";
import { readListOptions } from "./list-options";
import { catchUp, waitFresh } from "./read";
import type { Scope } from "./scope";

/** A watch lasts half an hour to an hour unless the client says how long. */
const MIN_SECONDS = 1800;
const HEADERS = { "content-type": "application/json", "cache-control": "no-cache, private" };

/** Answers with a stream of events; a Status if it cannot begin. */
export function* watchObjects(
  server: Server,
  scope: Scope,
  exchange: Exchange,
  present: Presenter | undefined,
  headers: Readonly<Record<string, string>>,
): Task<Result<void, Status>> {
  const { query } = scope;
  const options = readListOptions(query, true);
  if (!options.ok) return options;
  const { revision: asked, initialEvents, timeoutSeconds } = options.value;
  const initial = initialEvents === true;
  const selection = parseSelection(scope.hub, scope.namespace, query, scope.name);
  if (!selection.ok) return selection;
  const fromNow = asked === undefined || asked === 0 || initial;
  if (fromNow) {
    const behind = yield* catchUp(server, asked);
    if (behind !== undefined) return err(behind);
  } else if (server.feed.revision === 0) {
    const behind = yield* waitFresh(server, 1);
    if (behind !== undefined) return err(behind);
  }
  if (!exchange.open) return ok(undefined);
  const cacher = server.caches.of(scope.hub);
  const { revision } = server.feed;
  const seconds = timeoutSeconds || MIN_SECONDS + server.rng.below(MIN_SECONDS);
  const watcher = new Watcher(cacher, exchange, {
    selection: selection.value,
    present,
    bookmarks: isTrue(query["allowWatchBookmarks"]),
    after: fromNow ? revision : (asked as number),
    deadline: server.kernel.now + seconds * SECOND,
  });
  const missed = fromNow ? [] : cacher.history.since(asked as number);
  exchange.begin({ status: 200, headers: { ...HEADERS, ...headers }, body: undefined });
  if (missed === undefined) {
    const object = tooOldResourceVersion(asked as number, cacher.history.floor);
    exchange.push({ type: "ERROR", object });
    exchange.end();
    return ok(undefined);
  }
  if (fromNow && initialEvents !== false) {
    for (const object of cacher.list(selection.value)) watcher.sendInitial(object);
    if (initial && watcher.bookmarks) watcher.sendBookmark(revision, true);
  }
  replay(watcher, missed);
  cacher.addWatcher(watcher);
  server.clock.add(watcher);
  exchange.closed.addWaiter(watcher);
  return ok(undefined);
}

function replay(watcher: Watcher, missed: readonly CacheEvent[]): void {
  for (const event of missed) watcher.offer(event);
}
