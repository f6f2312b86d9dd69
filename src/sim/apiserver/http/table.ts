/**
 * Objects as rows of a table, as people read them (apiserver `pkg/endpoints/handlers/response.go` asTable).
 */
import type { Cell } from "../../api/columns";
import type { ResourceDefinition } from "../../api/resource";
import type { ApiObject } from "../../api/types";
import type { Micros } from "../../kernel/time";

interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

interface Row {
  readonly cells: readonly Cell[];
  readonly object?: unknown;
}

export interface Table {
  readonly kind: "Table";
  readonly apiVersion: "meta.k8s.io/v1";
  readonly metadata: object;
  readonly columnDefinitions: readonly ColumnDefinition[];
  readonly rows: readonly Row[];
}

/** Whether an `Accept` header asks for a table first. */
export function wantsTable(accept: string): boolean {
  const comma = accept.indexOf(",");
  const first = comma < 0 ? accept : accept.slice(0, comma);
  return first.includes("as=Table") && first.includes("g=meta.k8s.io");
}

export function tableOf(
  def: ResourceDefinition,
  items: readonly ApiObject[],
  metadata: object,
  includeObject: string,
  now: Micros,
): Table {
  const columnDefinitions = def.columns.map(({ name, type, format, description, priority }) => {
    return { name, type, format, description, priority };
  });
  const { rowOrder } = def;
  const ordered = rowOrder === undefined ? items : items.toSorted((a, b) => rowOrder(a, b));
  const rows = ordered.map((item) => rowOf(def, item, includeObject, now));
  return { kind: "Table", apiVersion: "meta.k8s.io/v1", metadata, columnDefinitions, rows };
}

/** One object as a table of one row. */
export function tableRowOf(
  def: ResourceDefinition,
  item: ApiObject,
  includeObject: string,
  now: Micros,
): Table {
  const { resourceVersion } = item.metadata;
  return tableOf(def, [item], resourceVersion === undefined ? {} : { resourceVersion }, includeObject, now);
}

function rowOf(def: ResourceDefinition, item: ApiObject, includeObject: string, now: Micros): Row {
  const cells = def.columns.map((column) => column.cell(item, now));
  switch (includeObject) {
    case "None":
      return { cells };
    case "Object":
      return { cells, object: item };
    default: {
      const object = { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: item.metadata };
      return { cells, object };
    }
  }
}
