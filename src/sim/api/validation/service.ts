/**
 * Validation of Services (`pkg/apis/core/validation/validation.go` ValidateService).
 */
import { duplicate, forbiddenField, invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import type { Service, ServicePort } from "../types";
import { oneOf, portNumber, PROTOCOLS } from "./container";
import { isDns1123Label, isDns1123Subdomain } from "./names";
import { validateLabels } from "./object-meta";
import { validatePort } from "./probe";

const TYPES: readonly string[] = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const AFFINITIES: readonly string[] = ["ClientIP", "None"];
const POLICIES: readonly string[] = ["Cluster", "Local"];
/** A day. */
const AFFINITY_SECONDS_MAX = 86_400;

export function validateService(service: Service): FieldError[] {
  const errors: FieldError[] = [];
  const { spec } = service;
  const headless = spec.clusterIP === "None";
  oneOf(spec.type, TYPES, "spec.type", errors);
  const ports = spec.ports ?? [];
  if (ports.length === 0 && !headless && spec.type !== "ExternalName") errors.push(required("spec.ports"));
  if (headless && (spec.type === "NodePort" || spec.type === "LoadBalancer")) {
    const text = `may not be set to 'None' for ${spec.type} services`;
    errors.push(invalid("spec.clusterIPs[0]", spec.clusterIP, text));
  }
  validateType(service, errors);
  validatePorts(ports, service, errors);
  if (spec.selector !== undefined) validateLabels(spec.selector, "spec.selector", errors);
  oneOf(spec.sessionAffinity, AFFINITIES, "spec.sessionAffinity", errors);
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (seconds !== undefined && !(seconds > 0 && seconds <= AFFINITY_SECONDS_MAX)) {
    const text = `must be greater than 0 and less than or equal to ${AFFINITY_SECONDS_MAX}`;
    errors.push(invalid("spec.sessionAffinityConfig.clientIP.timeoutSeconds", seconds, text));
  }
  validatePolicies(service, errors);
  for (const [i, ip] of (spec.externalIPs ?? []).entries()) {
    if (!isIp(ip)) {
      const text = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
      errors.push(invalid(`spec.externalIPs[${i}]`, ip, text));
    }
  }
  return errors;
}

function validateType({ spec }: Service, errors: FieldError[]): void {
  if (spec.type === "ExternalName") {
    if (spec.clusterIP)
      errors.push(forbiddenField("spec.clusterIPs", "may not be set when `type` is 'ExternalName'"));
    const name = spec.externalName?.endsWith(".") ? spec.externalName.slice(0, -1) : spec.externalName;
    if (!name) errors.push(required("spec.externalName"));
    else
      for (const text of isDns1123Subdomain(name, false))
        errors.push(invalid("spec.externalName", name, text));
    return;
  }
  const ip = spec.clusterIP;
  if (ip && ip !== "None" && !isIp(ip)) {
    const text = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
    errors.push(invalid("spec.clusterIPs[0]", ip, text));
  }
  const first = spec.clusterIPs?.[0];
  if (ip && first !== undefined && first !== ip) {
    errors.push(invalid("spec.clusterIPs", spec.clusterIPs, "first value must match `clusterIP`"));
  }
}

function validatePorts(ports: readonly ServicePort[], service: Service, errors: FieldError[]): void {
  const { type } = service.spec;
  const names = new Set<string>();
  const numbers = new Set<string>();
  const nodePorts = new Set<string>();
  for (const [i, port] of ports.entries()) {
    const field = `spec.ports[${i}]`;
    if (!port.name) {
      if (ports.length > 1) errors.push(required(`${field}.name`));
    } else {
      for (const text of isDns1123Label(port.name, false))
        errors.push(invalid(`${field}.name`, port.name, text));
      if (names.has(port.name)) errors.push(duplicate(`${field}.name`, port.name));
      names.add(port.name);
    }
    portNumber(port.port, `${field}.port`, errors);
    oneOf(port.protocol, PROTOCOLS, `${field}.protocol`, errors);
    validatePort(port.targetPort, `${field}.targetPort`, errors);
    const number = `${port.protocol}/${port.port}`;
    if (numbers.has(number)) errors.push(duplicate(field, { protocol: port.protocol, port: port.port }));
    numbers.add(number);
    if (!port.nodePort) continue;
    if (type !== "NodePort" && type !== "LoadBalancer") {
      errors.push(forbiddenField(`${field}.nodePort`, `may not be used when \`type\` is '${type}'`));
    }
    portNumber(port.nodePort, `${field}.nodePort`, errors);
    const nodePort = `${port.protocol}/${port.nodePort}`;
    if (nodePorts.has(nodePort)) errors.push(duplicate(`${field}.nodePort`, port.nodePort));
    nodePorts.add(nodePort);
  }
}

function validatePolicies({ spec }: Service, errors: FieldError[]): void {
  const { externalTrafficPolicy: external, internalTrafficPolicy: internal } = spec;
  if (external !== undefined) {
    const exposed =
      spec.type === "NodePort" || spec.type === "LoadBalancer" || (spec.externalIPs ?? []).length > 0;
    if (!exposed) {
      const text = "may only be set for externally-accessible services";
      errors.push(invalid("spec.externalTrafficPolicy", external, text));
    } else if (!POLICIES.includes(external)) {
      errors.push(notSupported("spec.externalTrafficPolicy", external, POLICIES));
    }
  }
  if (internal !== undefined && !POLICIES.includes(internal)) {
    errors.push(notSupported("spec.internalTrafficPolicy", internal, POLICIES));
  }
}

/** An allocated address stays while the service keeps one. */
export function validateServiceUpdate(next: Service, prev: Service): FieldError[] {
  const errors = validateService(next);
  const before = prev.spec.clusterIP;
  const keeps = next.spec.type !== "ExternalName" && prev.spec.type !== "ExternalName";
  if (keeps && before && next.spec.clusterIP !== before) {
    const shown = next.spec.clusterIPs ?? [next.spec.clusterIP ?? ""];
    errors.push(invalid("spec.clusterIPs[0]", shown, "may not change once set"));
  }
  if (prev.spec.type === "LoadBalancer" && next.spec.type === "LoadBalancer") {
    if (next.spec.loadBalancerClass !== prev.spec.loadBalancerClass) {
      const text = "may not change once set";
      errors.push(invalid("spec.loadBalancerClass", next.spec.loadBalancerClass, text));
    }
  }
  return errors;
}

/** Whether a text is an IPv4 address in canonical form, or looks like an IPv6 one. */
export function isIp(text: string): boolean {
  if (text.includes(":")) return isIpv6(text);
  const parts = text.split(".");
  return parts.length === 4 && parts.every((p) => p !== "" && String(Number(p)) === p && Number(p) <= 255);
}

/** Up to eight groups of one to four hexadecimal digits, one run of zeros left out at most. */
function isIpv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  let groups = 0;
  for (const half of halves) {
    if (half === "") continue;
    for (const group of half.split(":")) {
      if (group === "" || group.length > 4) return false;
      for (const c of group) if (!"0123456789abcdefABCDEF".includes(c)) return false;
      groups++;
    }
  }
  return halves.length === 2 ? groups < 8 : groups === 8;
}
