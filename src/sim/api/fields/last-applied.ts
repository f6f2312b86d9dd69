/**
 * The annotation that `kubectl apply` keeps on the client's side, and what it means to an apply on the server's
 * (apimachinery `pkg/util/managedfields/internal/{lastapplied,lastappliedmanager,lastappliedupdater}.go`).
 */
import { compareText } from "../../../shared/compare";
import type { StructShape } from "../schema/shape";
import type { ApiObject } from "../types";
import { isRecord } from "./always";
import { compare } from "./compare";

import { difference, type MaybeSet } from "./field-set";
import { fieldsOf } from "./own";

export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
/** All annotations of an object together (`TotalAnnotationSizeLimitB`): a configuration that is longer is not kept. */
const ANNOTATIONS_MAX = 256 * 1024;

function lastApplied(object: ApiObject | undefined): string {
  return object?.metadata?.annotations?.[LAST_APPLIED] ?? "";
}

/** What the client's side applied last and is still so; undefined when it did not apply anything in this version. */
export function allowedByLastApplied(live: ApiObject | undefined, shape: StructShape | undefined): MaybeSet {
  const text = lastApplied(live);
  if (live === undefined || text === "") return undefined;
  const applied = parse(text);
  if (!isRecord(applied) || applied["apiVersion"] !== live.apiVersion) return undefined;
  const { changed, removed } = compare(applied, live, shape);
  return difference(difference(fieldsOf(applied, shape), changed), removed);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The object with the annotation brought up to date, where it has one. */
export function withLastApplied(
  object: ApiObject,
  config: ApiObject,
  _shape: StructShape | undefined,
): ApiObject {
  const annotations = object.metadata.annotations;
  const before = lastApplied(object);
  if (before === "" || annotations === undefined) return object;
  const text = textOf(config);
  if (text === before) return object;
  const { [LAST_APPLIED]: _before, ...others } = annotations;
  const kept = sizeOf(others) + LAST_APPLIED.length + text.length <= ANNOTATIONS_MAX;
  const next = kept ? { ...others, [LAST_APPLIED]: text } : others;
  return { ...object, metadata: { ...object.metadata, annotations: next } };
}

function sizeOf(annotations: Readonly<Record<string, string>>): number {
  let size = 0;
  for (const [name, value] of Object.entries(annotations)) size += name.length + value.length;
  return size;
}

/** The configuration without the annotation itself, as Go writes JSON: keys in order, a line feed at the end. */
function textOf(config: ApiObject): string {
  const annotations = config.metadata.annotations;
  if (annotations === undefined) return `${JSON.stringify(ordered(config))}\n`;
  const { [LAST_APPLIED]: _own, ...others } = annotations;
  const { annotations: _all, ...metadata } = config.metadata;
  const rest = Object.keys(others).length === 0 ? metadata : { ...metadata, annotations: others };
  return `${JSON.stringify(ordered({ ...config, metadata: rest }))}\n`;
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isRecord(value)) return value;
  const made: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort(compareText)) made[key] = ordered(value[key]);
  return made;
}
