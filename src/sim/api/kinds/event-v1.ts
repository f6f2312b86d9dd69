/**
 * Events as `events.k8s.io/v1` shows them: the same storage as core events, with other names for the same fields
 * (`pkg/apis/events/v1/conversion.go`).
 */
import { defineResource } from "../resource";
import type { ApiObject, EventV1 } from "../types";

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
});
