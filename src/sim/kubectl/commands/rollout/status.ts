/** `kubectl rollout status` (kubectl `pkg/cmd/rollout/rollout_status.go`). */
import { TIMED_OUT, type Task } from "../../../kernel/task";
import type { Status } from "../../../api/types";
import type { Command } from "../../cli/command";
import { aggregate, fail, Failure, statusFailure } from "../../cli/failure";
import type { Context } from "../../context";
import { findObjects, itemsOf } from "../../resource/builder";
import { pathOf, refOf, type AnyObject, type Info } from "../../resource/info";
import type { Stream } from "../../rest/client";
import { FOR_EVER } from "../waiting";
import { requireType, SELECTOR_FLAG } from "../changes";
import { completeRollout, groupKind, ROLLED_OUT, rolledOut, rolledOutKind, ROLLOUT_FLAGS } from "./common";
import { rolloutState, type Rolling } from "./states";

/** Before it asks again after a watch has ended. */
const RELIST_AFTER = 1_000_000;

export const status: Command = {
  name: "status",
  summary: "Follows a rollout to its end",
  usage: "rollout status (TYPE NAME | TYPE/NAME) [flags]",
  examples: ["kubectl rollout status deploy/web --timeout=60s"],
  flags: [
    ...ROLLOUT_FLAGS,
    SELECTOR_FLAG,
    { name: "watch", short: "w", type: "bool", default: "true", help: "Follow it until it is done." },
    { name: "revision", type: "int64", help: "Only as long as this revision is the newest; 0: any." },
    { name: "timeout", type: "duration", help: "How long to follow it; 0: without end." },
  ],
  complete: completeRollout(ROLLED_OUT),
  *run(context) {
    const { flags } = context;
    const selection = rolledOut(context);
    if (flags.int("revision") < 0)
      throw fail(`revision must be a positive integer: ${flags.int("revision")}`);
    const { infos, failure } = yield* findObjects(context, selection);
    if (failure !== undefined) throw failure;
    if (infos.length === 0) context.err(`No resources found in ${context.namespace} namespace.\n`);
    const failures: Failure[] = [];
    for (const info of infos) {
      try {
        requireType(info);
        yield* follow(context, info);
      } catch (e) {
        if (!(e instanceof Failure)) throw e;
        failures.push(e);
      }
    }
    const all = aggregate(failures);
    if (all !== undefined) throw all;
    return 0;
  },
};

/** @throws Failure when the rollout fails, its object goes, or time is up */
function* follow(context: Context, info: Info): Task {
  const kind = rolledOutKind(info);
  if (kind === undefined) throw fail(`no status viewer has been implemented for ${groupKind(info)}`);
  const { flags, rest, io } = context;
  const timeout = flags.duration("timeout");
  const deadline = io.process.now + (timeout === 0 ? FOR_EVER : timeout);
  const path = pathOf(info.mapping, info.namespace);
  const query = { fieldSelector: `metadata.name=${info.name}` };
  const look = (object: AnyObject): boolean => {
    const state = rolloutState(kind, object as Rolling, flags.int("revision"));
    context.out(state.text, refOf(info));
    return state.done || !flags.bool("watch");
  };
  for (let first = true; ; first = false) {
    const list = yield* rest.get<AnyObject>(path, query);
    const [object] = itemsOf(list) ?? [];
    if (object === undefined && !first) throw fail("object has been deleted");
    if (object !== undefined && look(object)) return;
    const version = list.metadata?.resourceVersion ?? "0";
    const { stream } = yield* rest.stream(path, { ...query, resourceVersion: version, watch: "true" });
    if (stream !== undefined && (yield* followWatch(context, stream, deadline, look))) return;
    yield RELIST_AFTER;
  }
}

/** Follows one watch; false when it ended before the rollout. */
function* followWatch(
  context: Context,
  stream: Stream,
  deadline: number,
  look: (object: AnyObject) => boolean,
): Task<boolean> {
  try {
    for (;;) {
      const event = yield* stream.eventWithin(deadline - context.io.process.now);
      if (event === TIMED_OUT) throw fail("timed out waiting for the condition");
      if (event === undefined) return false;
      if (event.type === "DELETED") throw fail("object has been deleted");
      if (event.type === "ERROR") {
        if ((event.object as Status).code === 410) return false;
        throw statusFailure(event.object as Status);
      }
      if (event.type !== "BOOKMARK" && look(event.object as AnyObject)) return true;
    }
  } finally {
    stream.close();
  }
}
