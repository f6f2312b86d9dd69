/**
 * Columns that a definition gives its kind
 * (apiextensions-apiserver `pkg/registry/customresource/tableconvertor/tableconvertor.go`).
 */
import { ageColumn, nameColumn } from "../columns";
import type { Cell, Column } from "../columns";
import { translateTimestamp } from "../duration";
import { parseTime } from "../time";
import type { CustomResourceDefinition } from "../types";
import { findAll, parseJsonPath } from "./json-path";

type Version = CustomResourceDefinition["spec"]["versions"][number];
type Definition = NonNullable<Version["additionalPrinterColumns"]>[number];

/** Name, then what the definition says; the age if it says nothing. */
export function columnsOf({ additionalPrinterColumns }: Version): Column[] {
  const defined = additionalPrinterColumns ?? [];
  return defined.length === 0 ? [nameColumn(), ageColumn()] : [nameColumn(), ...defined.map(columnOf)];
}

function columnOf({ name, type, format, description, priority, jsonPath }: Definition): Column {
  const path = parseJsonPath(jsonPath) ?? [];
  return {
    name,
    type: type as Column["type"],
    format: format ?? "",
    description: description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority: priority ?? 0,
    cell(obj, nowUs) {
      const [found] = findAll(path, obj);
      return found === undefined ? null : cellOf(type, found, nowUs);
    },
  };
}

/** A value as a cell of a type; null if it is of another type. */
function cellOf(type: string, value: unknown, nowUs: number): Cell {
  switch (type) {
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : null;
    case "number":
      return typeof value === "number" ? value : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "date":
      return typeof value === "string" ? dateCell(value, nowUs) : null;
    default:
      return typeof value === "string" ? value : JSON.stringify(value);
  }
}

function dateCell(text: string, nowUs: number): string {
  return Number.isNaN(parseTime(text)) ? "<invalid>" : translateTimestamp(text, nowUs);
}
