/**
 * Answers: status, headers, body, in the form that the client accepts.
 */
import type { ApiResponse } from "../../api/http";
import type { ResourceDefinition } from "../../api/resource";
import type { ApiList, ApiObject, Status } from "../../api/types";
import { isFailure } from "../../api/status";
import type { Micros } from "../../kernel/time";
import { tableOf, tableRowOf, wantsTable } from "./table";

type Headers = Readonly<Record<string, string>>;

export const JSON_HEADERS: Headers = Object.freeze({ "content-type": "application/json" });
export const TEXT_HEADERS: Headers = Object.freeze({ "content-type": "text/plain; charset=utf-8" });

/** How a client wants to see the objects of a resource (apiserver `pkg/endpoints/handlers/response.go`). */
export interface Presentation {
  readonly def: ResourceDefinition;
  readonly hub: ResourceDefinition;
  readonly table: boolean;
  /** Only what all kinds have (`PartialObjectMetadata`). */
  readonly partial: boolean;
  /** `Metadata` (default), `Object` or `None`: what rows of a table carry. */
  readonly includeObject: string;
}

const META = "meta.k8s.io/v1";

/** Whether an `Accept` header asks first for metadata only. */
function wantsPartial(accept: string): boolean {
  const comma = accept.indexOf(",");
  const first = comma < 0 ? accept : accept.slice(0, comma);
  return first.includes("as=PartialObjectMetadata") && first.includes("g=meta.k8s.io");
}

function partialOf({ metadata }: ApiObject) {
  return { kind: "PartialObjectMetadata", apiVersion: META, metadata };
}

export function presentationOf(
  def: ResourceDefinition,
  hub: ResourceDefinition,
  accept: string | undefined,
  query: Readonly<Record<string, string>>,
): Presentation {
  const table = accept !== undefined && wantsTable(accept);
  const partial = !table && accept !== undefined && wantsPartial(accept);
  return { def, hub, table, partial, includeObject: query["includeObject"] ?? "Metadata" };
}

/** Whether objects can be shown as they are stored. */
export function isPlain({ def, hub, table, partial }: Presentation): boolean {
  return def === hub && !table && !partial;
}

export function presentObject(presentation: Presentation, object: ApiObject, now: Micros): unknown {
  const { def, hub, table } = presentation;
  if (table) return tableRowOf(hub, object, presentation.includeObject, now);
  if (presentation.partial) return partialOf(object);
  return def === hub ? object : (def.conversion?.fromHub(object) ?? object);
}

export function presentList(presentation: Presentation, list: ApiList, now: Micros): unknown {
  const { def, hub, table } = presentation;
  if (table) return tableOf(hub, list.items, list.metadata, presentation.includeObject, now);
  if (presentation.partial) {
    const items = list.items.map(partialOf);
    return { kind: "PartialObjectMetadataList", apiVersion: META, metadata: list.metadata, items };
  }
  if (def === hub || def.conversion === undefined) return list;
  const { conversion } = def;
  return { ...list, items: list.items.map((item) => conversion.fromHub(item)) };
}

export function reply(status: number, body: unknown, headers: Headers = JSON_HEADERS): ApiResponse {
  return { status, headers, body };
}

/** An answer that refuses: 429 and 503 may say when to come again. */
export function refusal(status: Status): ApiResponse {
  const seconds = status.details?.retryAfterSeconds;
  if (seconds === undefined || !isFailure(status)) return reply(status.code, status);
  return reply(status.code, status, { ...JSON_HEADERS, "retry-after": String(seconds) });
}
