/** Waits until an object is as it should be: looks, then watches (kubectl `pkg/cmd/wait`). */
import { TIMED_OUT, type Task } from "../../kernel/task";
import type { Micros } from "../../kernel/time";
import { fail, statusFailure, type Failure } from "../cli/failure";
import type { Context } from "../context";
import { itemsOf } from "../resource/builder";
import { pathOf, type AnyObject, type Info } from "../resource/info";
import type { Status } from "../../api/types";

/** A week: as good as for ever. */
export const FOR_EVER: Micros = 7 * 24 * 3600 * 1_000_000;
/** Before it asks again after a watch has ended. */
const RELIST_AFTER: Micros = 1_000_000;

export function timedOut(info: Info): Failure {
  return fail(`timed out waiting for the condition on ${info.mapping.resource}/${info.name}`);
}

/**
 * Waits until `holds` is true of an object, or of undefined when there is none.
 *
 * @returns the object as it then is
 * @throws Failure when time is up, or the server refuses
 */
export function* waitForObject(
  context: Context,
  info: Info,
  deadline: Micros,
  holds: (object: AnyObject | undefined) => boolean,
): Task<AnyObject | undefined> {
  const path = pathOf(info.mapping, info.namespace);
  const query = { fieldSelector: `metadata.name=${info.name}` };
  if (context.io.process.now >= deadline) throw timedOut(info);
  for (;;) {
    const list = yield* context.rest.get<AnyObject>(path, query);
    const object = itemsOf(list)?.[0];
    if (holds(object)) return object;
    if (context.io.process.now >= deadline) throw timedOut(info);
    const resourceVersion = list.metadata?.resourceVersion ?? "0";
    const found = yield* watchUntil(
      context,
      info,
      { ...query, resourceVersion, watch: "true" },
      deadline,
      holds,
    );
    if (found !== undefined) return found.object;
    yield RELIST_AFTER;
  }
}

/** Follows one watch; undefined when it ended before `holds` was true. */
function* watchUntil(
  context: Context,
  info: Info,
  query: Readonly<Record<string, string>>,
  deadline: Micros,
  holds: (object: AnyObject | undefined) => boolean,
): Task<{ readonly object: AnyObject | undefined } | undefined> {
  const { stream } = yield* context.rest.stream(pathOf(info.mapping, info.namespace), query);
  if (stream === undefined) return undefined;
  try {
    for (;;) {
      const event = yield* stream.eventWithin(deadline - context.io.process.now);
      if (event === TIMED_OUT) throw timedOut(info);
      if (event === undefined) return undefined;
      if (event.type === "ERROR") {
        if ((event.object as Status).code === 410) return undefined;
        throw statusFailure(event.object as Status);
      }
      if (event.type === "BOOKMARK") continue;
      const object = event.type === "DELETED" ? undefined : (event.object as AnyObject);
      if (holds(object)) return { object };
    }
  } finally {
    stream.close();
  }
}
