/**
 * Columns of the tables that the server prints (`Accept: …;as=Table`), and the cells that many kinds share.
 */
import { translateTimestamp } from "./duration";
import type { ApiObject } from "./types";

export type Cell = string | number | boolean | null | readonly string[];

export interface Column<T extends ApiObject = ApiObject> {
  /** Heading as upstream writes it (`Up-to-date`); clients upper-case it. */
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "date";
  readonly format: string;
  readonly description: string;
  /** 0: always shown; 1: only in wide output. */
  readonly priority: number;
  /** `nowUs`: virtual microseconds, for ages. */
  cell(obj: T, nowUs: number): Cell;
}

/** A column; `priority` 1 for wide output only. */
export function column<T extends ApiObject>(
  name: string,
  cell: (obj: T, nowUs: number) => Cell,
  options: { type?: Column["type"]; wide?: boolean; description?: string } = {},
): Column<T> {
  return {
    name,
    type: options.type ?? "string",
    format: "",
    description: options.description ?? "",
    priority: options.wide === true ? 1 : 0,
    cell,
  };
}

export function nameColumn<T extends ApiObject>(): Column<T> {
  return {
    name: "Name",
    type: "string",
    format: "name",
    description: "Name must be unique within a namespace.",
    priority: 0,
    cell: (obj) => obj.metadata.name ?? "",
  };
}

export function ageColumn<T extends ApiObject>(): Column<T> {
  return column("Age", (obj, nowUs) => translateTimestamp(obj.metadata.creationTimestamp, nowUs), {
    description: "Time since the object was created.",
  });
}
