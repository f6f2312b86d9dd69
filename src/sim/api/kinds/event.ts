import { column } from "../columns";
import { copyWith } from "../copy";
import type { Column } from "../columns";
import { translateTimestamp } from "../duration";
import { invalid } from "../field-error";
import type { FieldError } from "../field-error";
import { defineResource } from "../resource";
import type { Event } from "../types";

function objectCell(event: Event): string {
  const { kind = "", name } = event.involvedObject;
  return name === undefined || name === "" ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
}

/** Component and host or instance, from whichever generation of the API wrote the event. */
function sourceCell(event: Event): string {
  const old = event.source?.component ?? "";
  const component = old === "" ? (event.reportingComponent ?? "") : old;
  const host = (old === "" ? event.reportingInstance : event.source?.host) ?? "";
  return host === "" ? component : `${component}, ${host}`;
}

function firstSeen(event: Event): string | undefined {
  return event.firstTimestamp ?? event.eventTime;
}

function lastSeen(event: Event): string | undefined {
  return event.series?.lastObservedTime ?? event.lastTimestamp ?? firstSeen(event);
}

const columns: readonly Column<Event>[] = [
  column("Last Seen", (event, now) => translateTimestamp(lastSeen(event), now)),
  column("Type", (event) => event.type ?? ""),
  column("Reason", (event) => event.reason ?? ""),
  column("Object", objectCell),
  column("Subobject", (event) => event.involvedObject.fieldPath ?? "", { wide: true }),
  column("Source", sourceCell, { wide: true }),
  column("Message", (event) => (event.message ?? "").trim()),
  column("First Seen", (event, now) => translateTimestamp(firstSeen(event), now), { wide: true }),
  column("Count", (event) => String(event.series?.count ?? event.count ?? 1), { wide: true }),
  column("Name", (event) => event.metadata.name, { wide: true }),
];

/** Events of cluster-scoped objects live in `default`; others with their object (`validation/events.go`). */
function validate(event: Event): FieldError[] {
  const { namespace } = event.metadata;
  const about = event.involvedObject?.namespace ?? "";
  const fits = about === "" ? namespace === "default" || namespace === "kube-system" : namespace === about;
  if (fits) return [];
  return [invalid("involvedObject.namespace", about, "does not match event.namespace")];
}

/** What Go writes even if nothing is in it. */
function defaults(event: Event): Event {
  const { involvedObject, source, reportingComponent, reportingInstance } = event;
  const whole =
    involvedObject !== undefined &&
    source !== undefined &&
    reportingComponent !== undefined &&
    reportingInstance !== undefined;
  if (whole) return event;
  return copyWith(event, {
    involvedObject: involvedObject ?? {},
    source: source ?? {},
    reportingComponent: reportingComponent ?? "",
    reportingInstance: reportingInstance ?? "",
  });
}

export const events = defineResource<Event>({
  group: "",
  version: "v1",
  kind: "Event",
  resource: "events",
  shortNames: ["ev"],
  namespaced: true,
  allowCreateOnUpdate: true,
  fields: {
    "involvedObject.kind": (event) => event.involvedObject.kind ?? "",
    "involvedObject.namespace": (event) => event.involvedObject.namespace ?? "",
    "involvedObject.name": (event) => event.involvedObject.name ?? "",
    "involvedObject.uid": (event) => event.involvedObject.uid ?? "",
    "involvedObject.apiVersion": (event) => event.involvedObject.apiVersion ?? "",
    "involvedObject.resourceVersion": (event) => event.involvedObject.resourceVersion ?? "",
    "involvedObject.fieldPath": (event) => event.involvedObject.fieldPath ?? "",
    reason: (event) => event.reason ?? "",
    reportingComponent: (event) => event.reportingComponent ?? "",
    source: (event) => event.source?.component || (event.reportingComponent ?? ""),
    type: (event) => event.type ?? "",
  },
  columns,
  defaults: defaults,
  validate,
});
