import { ageColumn, column, nameColumn } from "../columns";
import { duplicate, invalid, notSupported, required, tooMany } from "../field-error";
import type { FieldError } from "../field-error";
import { defineResource } from "../resource";
import type { EndpointSlice } from "../types";
import { PROTOCOLS } from "../validation/container";
import { isDns1123Label } from "../validation/names";
import { immutable } from "../validation/object-meta";
import { isIp } from "../validation/service";
import { moreCell } from "./endpoints";

type SlicePort = NonNullable<EndpointSlice["ports"]>[number];

const UNSET = "<unset>";
const ADDRESS_TYPES: readonly string[] = ["FQDN", "IPv4", "IPv6"];
const ENDPOINTS_MAX = 1000;
const PORTS_MAX = 20_000;
const ADDRESSES_MAX = 100;

function defaultPort(port: SlicePort): SlicePort {
  if (port.name !== undefined && port.protocol !== undefined) return port;
  return { ...port, name: port.name ?? "", protocol: port.protocol ?? "TCP" };
}

function validate(slice: EndpointSlice): FieldError[] {
  const errors: FieldError[] = [];
  const { addressType, endpoints, ports = [] } = slice;
  if (!addressType) errors.push(required("addressType"));
  else if (!ADDRESS_TYPES.includes(addressType)) {
    errors.push(notSupported("addressType", addressType, ADDRESS_TYPES));
  }
  if (endpoints.length > ENDPOINTS_MAX) errors.push(tooMany("endpoints", endpoints.length, ENDPOINTS_MAX));
  for (let i = 0; i < endpoints.length; i++) {
    const { addresses } = endpoints[i]!;
    if (addresses === undefined || addresses.length === 0) {
      errors.push(required(`endpoints[${i}].addresses`, "must contain at least 1 address"));
    } else if (addresses.length > ADDRESSES_MAX) {
      errors.push(tooMany(`endpoints[${i}].addresses`, addresses.length, ADDRESSES_MAX));
    }
    if (addressType === "FQDN") continue;
    for (const [j, address] of (addresses ?? []).entries()) {
      if (isIp(address)) continue;
      const text = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
      errors.push(invalid(`endpoints[${i}].addresses[${j}]`, address, text));
    }
  }
  validatePorts(ports, errors);
  return errors;
}

function validatePorts(ports: readonly SlicePort[], errors: FieldError[]): void {
  if (ports.length > PORTS_MAX) errors.push(tooMany("ports", ports.length, PORTS_MAX));
  const names = new Set<string>();
  for (const [i, port] of ports.entries()) {
    const name = port.name ?? "";
    if (names.has(name)) errors.push(duplicate(`ports[${i}].name`, name));
    names.add(name);
    if (name !== "") {
      for (const text of isDns1123Label(name, false)) errors.push(invalid(`ports[${i}].name`, name, text));
    }
    if (port.protocol === undefined) errors.push(required(`ports[${i}].protocol`));
    else if (!PROTOCOLS.includes(port.protocol)) {
      errors.push(notSupported(`ports[${i}].protocol`, port.protocol, PROTOCOLS));
    }
  }
}

export const endpointSlices = defineResource<EndpointSlice>({
  group: "discovery.k8s.io",
  version: "v1",
  kind: "EndpointSlice",
  resource: "endpointslices",
  namespaced: true,
  generation: false,
  columns: [
    nameColumn(),
    column("AddressType", (slice) => slice.addressType, { description: "What its addresses are." }),
    column(
      "Ports",
      (slice) =>
        moreCell(
          (slice.ports ?? []).map((p) => (p.port === undefined ? "*" : String(p.port))),
          UNSET,
        ),
      { description: "Ports of every endpoint." },
    ),
    column(
      "Endpoints",
      (slice) =>
        moreCell(
          slice.endpoints.flatMap((e) => e.addresses),
          UNSET,
        ),
      {
        description: "Addresses of the endpoints.",
      },
    ),
    ageColumn(),
  ],
  defaults(slice) {
    const ports = slice.ports?.map(defaultPort);
    const endpoints = slice.endpoints ?? [];
    const same = ports === undefined || ports.every((p, i) => p === slice.ports?.[i]);
    if (same && endpoints === slice.endpoints) return slice;
    return ports === undefined ? { ...slice, endpoints } : { ...slice, endpoints, ports };
  },
  validate,
  validateUpdate(next, prev) {
    const errors = validate(next);
    immutable(next.addressType, prev.addressType, "addressType", errors);
    return errors;
  },
});
