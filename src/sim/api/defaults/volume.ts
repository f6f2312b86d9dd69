/**
 * Defaults of volumes (`pkg/apis/core/v1/defaults.go`).
 */
import type { Volume } from "../types";

/** 0644, as JSON has no octal numbers. */
const DEFAULT_MODE = 420;
const TOKEN_SECONDS = 3600;

type Projection = NonNullable<NonNullable<Volume["projected"]>["sources"]>[number];
type DownwardItems = NonNullable<NonNullable<Volume["downwardAPI"]>["items"]>;

const defaulted = new WeakMap<Volume, Volume>();

/** The volume with modes and the like filled in; one without any source is an emptyDir. */
export function defaultVolume(volume: Volume): Volume {
  const known = defaulted.get(volume);
  if (known !== undefined) return known;
  const made = compute(volume);
  defaulted.set(volume, made);
  defaulted.set(made, made);
  return made;
}

function compute(volume: Volume): Volume {
  if (Object.keys(volume).every((key) => key === "name")) return { ...volume, emptyDir: {} };
  const made: Volume = { ...volume };
  if (made.secret !== undefined) made.secret = withMode(made.secret);
  if (made.configMap !== undefined) made.configMap = withMode(made.configMap);
  if (made.downwardAPI !== undefined) {
    made.downwardAPI = withMode(made.downwardAPI);
    if (made.downwardAPI.items !== undefined) made.downwardAPI.items = versioned(made.downwardAPI.items);
  }
  if (made.projected !== undefined) {
    made.projected = withMode(made.projected);
    if (made.projected.sources !== undefined) made.projected.sources = made.projected.sources.map(projection);
  }
  if (made.hostPath !== undefined) made.hostPath = { type: "", ...made.hostPath };
  return made;
}

function withMode<S extends { defaultMode?: number }>(source: S): S {
  return { ...source, defaultMode: source.defaultMode ?? DEFAULT_MODE };
}

function projection(source: Projection): Projection {
  const made: Projection = { ...source };
  if (made.serviceAccountToken !== undefined) {
    made.serviceAccountToken = { expirationSeconds: TOKEN_SECONDS, ...made.serviceAccountToken };
  }
  if (made.downwardAPI?.items !== undefined) made.downwardAPI = { items: versioned(made.downwardAPI.items) };
  return made;
}

function versioned(items: DownwardItems): DownwardItems {
  return items.map((item) =>
    item.fieldRef === undefined ? item : { ...item, fieldRef: { apiVersion: "v1", ...item.fieldRef } },
  );
}
