/**
 * Defaults of volumes (`pkg/apis/core/v1/defaults.go`).
 */
import type { Volume } from "../types";

/** 0644, as JSON has no octal numbers. */
const DEFAULT_MODE = 420;
const TOKEN_SECONDS = 3600;

type Projection = NonNullable<NonNullable<Volume["projected"]>["sources"]>[number];
type DownwardItems = NonNullable<NonNullable<Volume["downwardAPI"]>["items"]>;

/** The volume with modes and the like filled in; one without any source is an emptyDir. */
export function defaultVolume(volume: Volume): Volume {
  if (isDefaulted(volume)) return volume;
  if (isBare(volume)) return { ...volume, emptyDir: {} };
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

function isBare(volume: Volume): boolean {
  for (const key in volume) if (key !== "name") return false;
  return true;
}

/** Whether nothing is left to fill in. */
function isDefaulted(volume: Volume): boolean {
  const { secret, configMap, downwardAPI, projected, hostPath } = volume;
  if (secret !== undefined) return secret.defaultMode !== undefined;
  if (configMap !== undefined) return configMap.defaultMode !== undefined;
  if (hostPath !== undefined) return hostPath.type !== undefined;
  if (downwardAPI !== undefined) {
    return downwardAPI.defaultMode !== undefined && (downwardAPI.items ?? []).every(hasVersion);
  }
  if (projected !== undefined) {
    return projected.defaultMode !== undefined && (projected.sources ?? []).every(isProjected);
  }
  return !isBare(volume);
}

function hasVersion(item: DownwardItems[number]): boolean {
  return item.fieldRef === undefined || item.fieldRef.apiVersion !== undefined;
}

function isProjected(source: Projection): boolean {
  if (source.serviceAccountToken !== undefined)
    return source.serviceAccountToken.expirationSeconds !== undefined;
  return (source.downwardAPI?.items ?? []).every(hasVersion);
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
