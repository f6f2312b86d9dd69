/** `kubectl events` (kubectl `pkg/cmd/events`). */
import { translateTimestamp } from "../../api/duration";
import type { Task } from "../../kernel/task";
import { parseTime } from "../../api/time";
import type { Command } from "../cli/command";
import { bare, fail, statusFailure } from "../cli/failure";
import type { Status } from "../../api/types";
import { completeObjects } from "../complete/objects";
import type { Context } from "../context";
import { RowOutput } from "../print/output";
import { objectPrinter, printRequest, PRINT_FLAGS } from "../print/printers";
import { goSort } from "../print/go-sort";
import { itemsOf } from "../resource/builder";
import { pathOf, refOf, type AnyObject } from "../resource/info";
import type { ResourceInfo } from "../rest/discovery";

interface EventObject extends AnyObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly count: number; readonly lastObservedTime: string };
  readonly involvedObject?: { readonly kind?: string; readonly name?: string };
}

export const events: Command = {
  name: "events",
  group: "debug",
  summary: "Lists events, the newest last",
  usage: "events [(-o|--output=)json|yaml|name|go-template|jsonpath|…] [--for TYPE/NAME] [--watch]",
  examples: ["kubectl events", "kubectl events --for pod/web-1 --watch", "kubectl events --types=Warning -A"],
  flags: [
    ...PRINT_FLAGS,
    { name: "all-namespaces", short: "A", type: "bool", help: "Of all namespaces." },
    {
      name: "chunk-size",
      type: "int64",
      default: "500",
      help: "Events that are asked for at a time; 0 for all.",
    },
    { name: "for", type: "string", help: "Only events about this object: TYPE/NAME.", complete: completeFor },
    { name: "no-headers", type: "bool", help: "No headings." },
    { name: "types", type: "strings", help: "Normal or Warning.", complete: ["Normal", "Warning"] },
    { name: "watch", short: "w", type: "bool", help: "Go on with new events after the list." },
  ],
  run,
};

function* completeFor(context: Context, typed: string): Task<readonly string[]> {
  return yield* completeObjects(context, [], typed);
}

function* run(context: Context): Task<number> {
  const { flags } = context;
  const query = yield* queryOf(context);
  const output = flags.string("output");
  const print = output === "" ? undefined : objectPrinter(context, printRequest(context));
  if (flags.strings("types").some((t) => !["normal", "warning"].includes(t.toLowerCase()))) {
    throw fail("valid --types are Normal or Warning");
  }
  const mapping = yield* context.mapper.forKind("v1", "Event");
  const namespace = flags.bool("all-namespaces") ? "" : context.namespace;
  const show = rowsOf(context, mapping);
  if (flags.bool("watch")) return yield* watchEvents(context, mapping, namespace, query, print, show);
  const all = (yield* listEvents(context, mapping, namespace, query)).filter((e) => isWanted(context, e));
  if (all.length === 0) {
    context.err(namespace === "" ? "No events found.\n" : `No events found in ${namespace} namespace.\n`);
    return 0;
  }
  const sorted = goSort(all, (a, b) => timeOf(a) < timeOf(b));
  if (print === undefined) show(sorted);
  // Names of a list of events are not printed by the real one, either.
  else if (output !== "name") {
    context.out(print({ kind: "EventList", apiVersion: "v1", metadata: {}, items: sorted.map(complete) }));
  }
  return 0;
}

/** An event as Go's struct has it: some fields are there even when they are empty. */
function complete(event: EventObject): EventObject {
  const empty = { eventTime: null, firstTimestamp: null, lastTimestamp: null };
  return {
    ...empty,
    involvedObject: {},
    reportingComponent: "",
    reportingInstance: "",
    source: {},
    ...event,
  };
}

/** What asks for events about one object. */
function* queryOf(context: Context): Task<Record<string, string>> {
  const query: Record<string, string> = { limit: "500" };
  const about = context.flags.string("for");
  if (about === "") return query;
  const parts = about.split("/");
  if (parts.length === 1) throw fail("--for must be in resource/name form");
  if (parts.length > 2) throw fail("arguments in resource/name form may not have more than one slash");
  const [type = "", name = ""] = parts;
  const mapping = yield* context.mapper.lookUp(type);
  if (mapping === undefined) throw bare(`the server doesn't have a resource type "${type}"`);
  query["fieldSelector"] = `involvedObject.kind=${mapping.kind},involvedObject.name=${name}`;
  return query;
}

function* listEvents(
  context: Context,
  mapping: ResourceInfo,
  namespace: string,
  query: Readonly<Record<string, string>>,
): Task<readonly EventObject[]> {
  const all: EventObject[] = [];
  for (let token = ""; ;) {
    const list = yield* context.rest.get<AnyObject>(pathOf(mapping, namespace), {
      ...query,
      ...(token === "" ? {} : { continue: token }),
    });
    all.push(...((itemsOf(list) ?? []) as readonly EventObject[]));
    token = (list.metadata?.["continue"] as string | undefined) ?? "";
    if (token === "") return all;
  }
}

function isWanted({ flags }: Context, event: EventObject): boolean {
  const types = flags.strings("types").map((t) => t.toLowerCase());
  return types.length === 0 || types.includes((event.type ?? "").toLowerCase());
}

function timeOf({ series, lastTimestamp, eventTime }: EventObject): number {
  const time = parseTime(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? "");
  return Number.isNaN(time) ? -Infinity : time;
}

/** Prints events as rows; the headings once. */
function rowsOf(context: Context, mapping: ResourceInfo): (events: readonly EventObject[]) => void {
  const out = new RowOutput(context);
  const withNamespace = context.flags.bool("all-namespaces");
  let headers = !context.flags.bool("no-headers");
  return (list) => {
    const first = withNamespace ? ["NAMESPACE"] : [];
    if (headers) out.row([...first, "LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]);
    headers = false;
    for (const event of list) {
      const { name = "", namespace = "" } = event.metadata ?? {};
      const { kind = "", name: of = "" } = event.involvedObject ?? {};
      out.row(
        [
          ...(withNamespace ? [namespace] : []),
          seenText(event, context.io.process.now),
          event.type ?? "",
          event.reason ?? "",
          `${kind}/${of}`,
          (event.message ?? "").trim(),
        ],
        refOf({ mapping, namespace, name }),
      );
    }
    out.flush();
  };
}

/** `5m (x3 over 10m)` where it happened more than once. */
function seenText(event: EventObject, now: number): string {
  const { series, count = 0, eventTime } = event;
  const first = translateTimestamp(event.firstTimestamp ?? eventTime ?? undefined, now);
  if (series !== undefined) {
    return `${translateTimestamp(series.lastObservedTime, now)} (x${series.count} over ${first})`;
  }
  const last = translateTimestamp(event.lastTimestamp ?? eventTime ?? undefined, now);
  return count > 1 ? `${last} (x${count} over ${first})` : last;
}

function* watchEvents(
  context: Context,
  mapping: ResourceInfo,
  namespace: string,
  query: Readonly<Record<string, string>>,
  print: ((object: AnyObject) => string) | undefined,
  show: (events: readonly EventObject[]) => void,
): Task<number> {
  const { stream } = yield* context.rest.stream(pathOf(mapping, namespace), { ...query, watch: "true" });
  while (stream !== undefined) {
    const change = yield* stream.event();
    if (change === undefined) break;
    if (change.type === "ERROR") throw statusFailure(change.object as Status);
    const event = change.object as EventObject;
    if (change.type === "DELETED" || change.type === "BOOKMARK" || !isWanted(context, event)) continue;
    if (print === undefined) show([event]);
    else context.out(print(event));
  }
  return 0;
}
