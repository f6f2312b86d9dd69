import { ageColumn, column, nameColumn } from "../columns";
import { invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import { NONE } from "../printing/cells";
import { defineResource } from "../resource";
import type { Endpoints } from "../types";
import { portNumber, PROTOCOLS } from "../validation/container";
import { isDns1123Label } from "../validation/names";
import { isIp } from "../validation/service";

type Subset = NonNullable<Endpoints["subsets"]>[number];

/** Endpoints shown before `+ N more...`. */
const SHOWN_MAX = 3;

const DEPRECATED = "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice";

function endpointsCell(endpoints: Endpoints): string {
  const list: string[] = [];
  for (const subset of endpoints.subsets ?? []) {
    const ports = subset.ports ?? [];
    for (const { ip } of subset.addresses ?? []) {
      if (ports.length === 0) list.push(ip);
      for (const { port } of ports) list.push(`${ip}:${port}`);
    }
  }
  return moreCell(list, NONE);
}

/** The first three, and how many more there are. */
export function moreCell(list: readonly string[], empty: string): string {
  if (list.length === 0) return empty;
  const shown = list.slice(0, SHOWN_MAX).join(",");
  return list.length > SHOWN_MAX ? `${shown} + ${list.length - SHOWN_MAX} more...` : shown;
}

function defaultSubset(subset: Subset): Subset {
  if (subset.ports === undefined || subset.ports.every((p) => p.protocol !== undefined)) return subset;
  return { ...subset, ports: subset.ports.map((p) => ({ ...p, protocol: p.protocol ?? "TCP" })) };
}

function validateSubset(subset: Subset, field: string, errors: FieldError[]): void {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  if (addresses.length === 0 && notReadyAddresses.length === 0) {
    errors.push(required(field, "must specify `addresses` or `notReadyAddresses`"));
  }
  for (const key of ["addresses", "notReadyAddresses"] as const) {
    for (const [i, { ip = "" }] of (subset[key] ?? []).entries()) {
      if (isIp(ip)) continue;
      const text = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
      errors.push(invalid(`${field}.${key}[${i}].ip`, ip, text));
    }
  }
  for (const [i, port] of ports.entries()) {
    const at = `${field}.ports[${i}]`;
    if (!port.name && ports.length > 1) errors.push(required(`${at}.name`));
    else if (port.name) {
      for (const text of isDns1123Label(port.name, false))
        errors.push(invalid(`${at}.name`, port.name, text));
    }
    portNumber(port.port, `${at}.port`, errors);
    if (port.protocol !== undefined && !PROTOCOLS.includes(port.protocol)) {
      errors.push(notSupported(`${at}.protocol`, port.protocol, PROTOCOLS));
    }
  }
}

export const endpoints = defineResource<Endpoints>({
  group: "",
  version: "v1",
  kind: "Endpoints",
  resource: "endpoints",
  shortNames: ["ep"],
  namespaced: true,
  allowCreateOnUpdate: true,
  storagePrefix: "/registry/services/endpoints",
  columns: [
    nameColumn(),
    column("Endpoints", endpointsCell, { description: "Addresses and ports that take traffic." }),
    ageColumn(),
  ],
  defaults(obj) {
    const subsets = obj.subsets?.map(defaultSubset);
    return subsets === undefined || subsets.every((s, i) => s === obj.subsets?.[i])
      ? obj
      : { ...obj, subsets };
  },
  validate(obj) {
    const errors: FieldError[] = [];
    for (const [i, subset] of (obj.subsets ?? []).entries()) validateSubset(subset, `subsets[${i}]`, errors);
    return errors;
  },
  deprecation: DEPRECATED,
});
