/**
 * Events as `events.k8s.io/v1` shows them: the same storage as core events, with other names for the same fields
 * (`pkg/apis/events/v1/conversion.go`).
 */
import type { Column } from "../columns";
import { defineResource } from "../resource";
import type { ApiObject, Event, EventV1 } from "../types";
import { events } from "./event";

const RENAMED: readonly (readonly [core: string, v1: string])[] = [
  ["involvedObject", "regarding"],
  ["message", "note"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
  ["reportingComponent", "reportingController"],
];
const TO_V1 = new Map(RENAMED);
const TO_CORE = new Map(RENAMED.map(([core, v1]) => [v1, core]));

function rename(obj: ApiObject, apiVersion: string, names: ReadonlyMap<string, string>): ApiObject {
  const made: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(obj)) made[names.get(key) ?? key] = value;
  return { ...(made as unknown as ApiObject), apiVersion };
}

type CoreLike = EventV1 & Partial<Pick<Event, "involvedObject" | "reportingComponent">>;

function about(event: CoreLike): Partial<Event["involvedObject"]> {
  return event.regarding ?? event.involvedObject ?? {};
}

export const eventsV1 = defineResource<EventV1>({
  group: "events.k8s.io",
  version: "v1",
  kind: "Event",
  resource: "events",
  shortNames: ["ev"],
  namespaced: true,
  conversion: {
    hubGroup: "",
    toHub: (obj) => rename(obj, "v1", TO_CORE),
    fromHub: (obj) => rename(obj, "events.k8s.io/v1", TO_V1),
  },
  // Stored events have the core form; selectors and tables work on those.
  fields: {
    "regarding.kind": (event) => about(event).kind ?? "",
    "regarding.namespace": (event) => about(event).namespace ?? "",
    "regarding.name": (event) => about(event).name ?? "",
    "regarding.uid": (event) => about(event).uid ?? "",
    reason: (event) => event.reason ?? "",
    reportingController: (event) => event.reportingController ?? (event as CoreLike).reportingComponent ?? "",
    type: (event) => event.type ?? "",
  },
  columns: events.columns as unknown as readonly Column<EventV1>[],
});
