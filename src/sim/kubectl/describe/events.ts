/** Events of an object (kubectl `pkg/describe/describe.go` searchEvents, DescribeEvents). */
import { compareCodePoints } from "../../../shared/compare";
import { translateTimestamp } from "../../api/duration";
import type { ApiObject, Event } from "../../api/types";
import type { Task } from "../../kernel/task";
import type { Related } from "./related";
import { type Writer } from "./writer";

export interface EventQuery {
  readonly kind?: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export function* eventsOf(
  related: Related,
  object: ApiObject,
  kind = object.kind,
): Task<Event[] | undefined> {
  const { name = "", namespace = "", uid = "" } = object.metadata;
  return yield* findEvents(related, { kind, namespace, name, uid });
}

export function* findEvents(related: Related, asked: EventQuery): Task<Event[] | undefined> {
  if (!related.showEvents) return undefined;
  const terms = [`involvedObject.name=${asked.name}`, `involvedObject.namespace=${asked.namespace}`];
  if (asked.kind !== undefined && asked.kind !== "") terms.push(`involvedObject.kind=${asked.kind}`);
  if (asked.uid !== "") terms.push(`involvedObject.uid=${asked.uid}`);
  const path = asked.namespace === "" ? "/api/v1/events" : `/api/v1/namespaces/${asked.namespace}/events`;
  return (yield* related.list<Event>(path, { fieldSelector: terms.join(",") })) ?? [];
}

/** When an event was last seen. */
function lastSeen(event: Event): string {
  return event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? "";
}

export function describeEvents(w: Writer, events: readonly Event[] | undefined, nowUs: number): void {
  if (events === undefined) return;
  if (events.length === 0) {
    w.line(0, "Events:\t<none>");
    return;
  }
  w.flush();
  w.line(0, "Events:");
  w.line(1, "Type\tReason\tAge\tFrom\tMessage");
  w.line(1, "----\t------\t----\t----\t-------");
  for (const event of events.toSorted((a, b) => compareCodePoints(lastSeen(a), lastSeen(b)))) {
    const from = event.source?.component || event.reportingComponent || "";
    const place = event.involvedObject.fieldPath;
    const message = (event.message ?? "").trim();
    const text = place === undefined || place === "" ? message : `${place}: ${message}`;
    w.line(1, `${event.type}\t${event.reason}\t${interval(event, nowUs)}\t${from}\t${text}`);
  }
}

function interval(event: Event, nowUs: number): string {
  const first = translateTimestamp(event.eventTime ?? event.firstTimestamp, nowUs);
  if (event.series !== undefined) {
    return `${translateTimestamp(event.series.lastObservedTime, nowUs)} (x${event.series.count} over ${first})`;
  }
  if ((event.count ?? 0) <= 1) return first;
  return `${translateTimestamp(event.lastTimestamp, nowUs)} (x${event.count} over ${first})`;
}
