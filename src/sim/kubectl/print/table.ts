/**
 * Tables that the server prints, with the columns that the client adds: namespace, labels, kinds before names
 * (cli-runtime `printers/tableprinter.go`).
 */
import { compareCodePoints } from "../../../shared/compare";
import { own as ownValue } from "../../../shared/own";
import { translateTimestamp } from "../../api/duration";
import type { ObjectRef } from "../../terminal/io";
import type { ResourceInfo } from "../rest/discovery";
import { kindName, type AnyMeta, type AnyObject } from "../resource/info";

import type { RowOutput } from "./output";

export interface TableOptions {
  readonly noHeaders: boolean;
  readonly wide: boolean;
  readonly withNamespace: boolean;
  /** The kind that goes before each name; undefined: none. */
  readonly withKind: ResourceInfo | undefined;
  readonly columnLabels: readonly string[];
  readonly showLabels: boolean;
}

interface Column {
  readonly name: string;
  readonly type?: string;
  readonly format?: string;
  readonly priority?: number;
}

interface Row {
  readonly cells: readonly unknown[];
  readonly object?: AnyObject | null;
}

export interface ServerTable {
  readonly columnDefinitions?: readonly Column[] | null;
  readonly rows?: readonly Row[] | null;
}

export function isTable(object: AnyObject | undefined): boolean {
  return object?.kind === "Table" && (object.apiVersion ?? "").startsWith("meta.k8s.io/");
}

const PLAIN_COLUMNS: readonly Column[] = [
  { name: "Name", type: "string", format: "name" },
  { name: "Age", type: "string" },
];

/** An object that came without a table: name and age (`--server-print=false`). */
export function plainTable(object: AnyObject, now: number): ServerTable {
  const { name = "", creationTimestamp } = object.metadata ?? {};
  return {
    columnDefinitions: PLAIN_COLUMNS,
    rows: [{ cells: [name, translateTimestamp(creationTimestamp, now)], object }],
  };
}

/** Prints tables one after the other; headers come again only when the columns change. */
export class TablePrinter {
  readonly #options: TableOptions;
  readonly #mapping: ResourceInfo | undefined;
  #lastColumns: readonly Column[] = [];
  #printedHeaders = false;

  constructor(options: TableOptions, mapping: ResourceInfo | undefined) {
    this.#options = options;
    this.#mapping = mapping;
  }

  /** @param event `ADDED`, … goes before the rows of watched changes */
  print(table: ServerTable, out: RowOutput, event = ""): void {
    const own = table.columnDefinitions ?? [];
    const same = own.length === 0 || sameColumns(own, this.#lastColumns);
    if (!same) {
      this.#lastColumns = own;
      this.#printedHeaders = false;
    }
    const headers = !this.#options.noHeaders && !this.#printedHeaders;
    const rows = table.rows ?? [];
    if (rows.length === 0) return;
    this.#printedHeaders = true;
    const columns = this.#lastColumns;
    const shown = columns.map((c) => this.#options.wide || (c.priority ?? 0) === 0);
    if (headers)
      out.row(
        this.#headers(
          columns.filter((_, i) => shown[i]),
          event,
        ),
      );
    for (const row of rows) out.row(this.#cells(row, columns, shown, event), this.#ref(row));
  }

  #headers(columns: readonly Column[], event: string): string[] {
    const { withNamespace, columnLabels, showLabels } = this.#options;
    return [
      ...(event === "" ? [] : ["EVENT"]),
      ...(withNamespace ? ["NAMESPACE"] : []),
      ...columns.map((c) => c.name.toUpperCase()),
      ...columnLabels.map((label) => label.slice(label.lastIndexOf("/") + 1).toUpperCase()),
      ...(showLabels ? ["LABELS"] : []),
    ];
  }

  #cells(row: Row, columns: readonly Column[], shown: readonly boolean[], event: string): string[] {
    const { withNamespace, withKind, columnLabels, showLabels } = this.#options;
    const meta: AnyMeta = row.object?.metadata ?? {};
    const nameAt =
      withKind === undefined ? -1 : columns.findIndex((c) => c.format === "name" && c.type === "string");
    const own = columns.map((_, i) => {
      const text = cellText(row.cells[i]);
      return i === nameAt && withKind !== undefined ? `${kindName(withKind)}/${text}` : text;
    });
    return [
      ...(event === "" ? [] : [event.padEnd(10)]),
      ...(withNamespace ? [meta.namespace ?? ""] : []),
      ...own.filter((_, i) => shown[i]),
      ...columnLabels.map((label) => ownValue(meta.labels, label) ?? ""),
      ...(showLabels ? [labelsText(meta.labels)] : []),
    ];
  }

  #ref(row: Row): ObjectRef | undefined {
    const meta = row.object?.metadata;
    if (this.#mapping === undefined || meta?.name === undefined) return undefined;
    const { group, resource, namespaced } = this.#mapping;
    return { group, resource, namespace: namespaced ? (meta.namespace ?? "") : "", name: meta.name };
  }
}

function sameColumns(a: readonly Column[], b: readonly Column[]): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** One line: what follows a line break is cut off. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  const text = String(cell as string | number | boolean);
  const at = text.search(/[\f\n\r]/);
  const line = at < 0 ? text : `${text.slice(0, at)}...`;
  return line.replaceAll("\u001b", "^[");
}

/** `a=1,b=2`, sorted; `<none>` for none. */
export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const keys = Object.keys(labels ?? {}).sort(compareCodePoints);
  return keys.length === 0 ? "<none>" : keys.map((k) => `${k}=${labels?.[k]}`).join(",");
}
