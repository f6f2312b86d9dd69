import { ageColumn, column, nameColumn } from "../columns";
import { forbiddenField, invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import { selectorCell } from "../printing/cells";
import { defineResource } from "../resource";
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "../types";
import { PROTOCOLS } from "../validation/container";
import { isPortName, isPortNumber } from "../validation/names";
import { validateLabelSelector } from "../validation/scheduling";
import { isIp } from "../validation/service";

const TYPES: readonly string[] = ["Egress", "Ingress"];

function validatePort(port: NetworkPolicyPort, field: string, errors: FieldError[]): void {
  if (port.protocol !== undefined && !PROTOCOLS.includes(port.protocol)) {
    errors.push(notSupported(`${field}.protocol`, port.protocol, PROTOCOLS));
  }
  if (port.port === undefined) {
    if (port.endPort !== undefined) {
      errors.push(required(`${field}.port`, "must be specified when `endPort` is set"));
    }
    return;
  }
  if (typeof port.port === "string") {
    if (port.endPort !== undefined) {
      errors.push(forbiddenField(`${field}.endPort`, "may not be specified when `port` is non-numeric"));
    }
    for (const text of isPortName(port.port)) errors.push(invalid(`${field}.port`, port.port, text));
    return;
  }
  for (const text of isPortNumber(port.port)) errors.push(invalid(`${field}.port`, port.port, text));
  if (port.endPort !== undefined && port.endPort < port.port) {
    errors.push(invalid(`${field}.endPort`, port.endPort, "must be greater than or equal to `port`"));
  }
}

function isCidr(text: string): boolean {
  const slash = text.indexOf("/");
  if (slash < 0 || !isIp(text.slice(0, slash))) return false;
  const bits = Number(text.slice(slash + 1));
  const most = text.includes(":") ? 128 : 32;
  return text.length > slash + 1 && Number.isInteger(bits) && bits >= 0 && bits <= most;
}

const BAD_CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

function validatePeer(peer: NetworkPolicyPeer, field: string, errors: FieldError[]): void {
  let given = 0;
  if (peer.podSelector !== undefined) {
    given++;
    validateLabelSelector(peer.podSelector, `${field}.podSelector`, errors);
  }
  if (peer.namespaceSelector !== undefined) {
    given++;
    validateLabelSelector(peer.namespaceSelector, `${field}.namespaceSelector`, errors);
  }
  const { ipBlock } = peer;
  if (ipBlock !== undefined) {
    given++;
    if ((ipBlock.cidr ?? "") === "") errors.push(required(`${field}.ipBlock.cidr`));
    else if (!isCidr(ipBlock.cidr)) errors.push(invalid(`${field}.ipBlock.cidr`, ipBlock.cidr, BAD_CIDR));
    for (const [i, except] of (ipBlock.except ?? []).entries()) {
      if (!isCidr(except)) errors.push(invalid(`${field}.ipBlock.except[${i}]`, except, BAD_CIDR));
    }
  }
  if (given === 0) errors.push(required(field, "must specify a peer"));
  else if (given > 1 && ipBlock !== undefined) {
    errors.push(forbiddenField(field, "may not specify both ipBlock and another peer"));
  }
}

function validate({ spec }: NetworkPolicy): FieldError[] {
  const errors: FieldError[] = [];
  validateLabelSelector(spec.podSelector ?? {}, "spec.podSelector", errors);
  for (const [i, rule] of (spec.ingress ?? []).entries()) {
    const at = `spec.ingress[${i}]`;
    for (const [j, port] of (rule.ports ?? []).entries()) validatePort(port, `${at}.ports[${j}]`, errors);
    for (const [j, peer] of (rule.from ?? []).entries()) validatePeer(peer, `${at}.from[${j}]`, errors);
  }
  for (const [i, rule] of (spec.egress ?? []).entries()) {
    const at = `spec.egress[${i}]`;
    for (const [j, port] of (rule.ports ?? []).entries()) validatePort(port, `${at}.ports[${j}]`, errors);
    for (const [j, peer] of (rule.to ?? []).entries()) validatePeer(peer, `${at}.to[${j}]`, errors);
  }
  const types = spec.policyTypes ?? [];
  if (types.length > TYPES.length) {
    errors.push(invalid("spec.policyTypes", types, "may not specify more than two policyTypes"));
    return errors;
  }
  for (const [i, type] of types.entries()) {
    if (!TYPES.includes(type)) errors.push(notSupported(`spec.policyTypes[${i}]`, type, TYPES));
  }
  return errors;
}

/** Rules are for TCP, and a policy is about what it has rules for: incoming traffic always. */
function withDefaults(policy: NetworkPolicy): NetworkPolicy {
  const { spec } = policy;
  const tcp = <R extends { ports?: NetworkPolicyPort[] }>(rule: R): R =>
    rule.ports === undefined
      ? rule
      : { ...rule, ports: rule.ports.map((port) => ({ ...port, protocol: port.protocol ?? "TCP" })) };
  const made = { ...spec, podSelector: spec.podSelector ?? {} };
  if (spec.ingress !== undefined) made.ingress = spec.ingress.map(tcp);
  if (spec.egress !== undefined) made.egress = spec.egress.map(tcp);
  if ((spec.policyTypes?.length ?? 0) === 0) {
    made.policyTypes = (spec.egress?.length ?? 0) > 0 ? ["Ingress", "Egress"] : ["Ingress"];
  }
  return { ...policy, spec: made };
}

export const networkPolicies = defineResource<NetworkPolicy>({
  group: "networking.k8s.io",
  version: "v1",
  kind: "NetworkPolicy",
  resource: "networkpolicies",
  singular: "networkpolicy",
  shortNames: ["netpol"],
  namespaced: true,
  spec: true,
  columns: [nameColumn(), column("Pod-Selector", ({ spec }) => selectorCell(spec.podSelector)), ageColumn()],
  defaults: withDefaults,
  validate,
  validateUpdate: (next, prev) => (next.spec === prev.spec ? [] : validate(next)),
});
