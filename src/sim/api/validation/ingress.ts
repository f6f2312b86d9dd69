/**
 * Validation of Ingresses (`pkg/apis/networking/validation/validation.go`).
 */
import { invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import type { Ingress, IngressBackend } from "../types";
import { isDns1035Label, isDns1123Subdomain, isPortName, isPortNumber } from "./names";
import { isIp } from "./service";

const PATH_TYPES: readonly string[] = ["Exact", "ImplementationSpecific", "Prefix"];
const BAD_SEQUENCES = ["//", "/./", "/../", "%2f", "%2F"];
const BAD_SUFFIXES = ["/..", "/."];

export function validateIngress({ spec }: Ingress): FieldError[] {
  const errors: FieldError[] = [];
  if ((spec.rules?.length ?? 0) === 0 && spec.defaultBackend === undefined) {
    errors.push(invalid("spec", spec, "either `defaultBackend` or `rules` must be specified"));
  }
  if (spec.defaultBackend !== undefined) validateBackend(spec.defaultBackend, "spec.defaultBackend", errors);
  for (const [i, rule] of (spec.rules ?? []).entries()) {
    const at = `spec.rules[${i}]`;
    if (rule.host) validateHost(rule.host, `${at}.host`, errors);
    if (rule.http === undefined) continue;
    const paths = rule.http.paths ?? [];
    if (paths.length === 0) errors.push(required(`${at}.http.paths`));
    for (const [j, path] of paths.entries()) {
      const where = `${at}.http.paths[${j}]`;
      validatePath(path.path ?? "", path.pathType, where, errors);
      validateBackend(path.backend ?? {}, `${where}.backend`, errors);
    }
  }
  for (const [i, { hosts }] of (spec.tls ?? []).entries()) {
    for (const [j, host] of (hosts ?? []).entries()) {
      const at = `spec.tls[${i}].hosts[${j}]`;
      for (const text of hostComplaints(host)) errors.push(invalid(at, host, text));
    }
  }
  const name = spec.ingressClassName;
  if (name !== undefined) {
    for (const text of isDns1123Subdomain(name, false))
      errors.push(invalid("spec.ingressClassName", name, text));
  }
  return errors;
}

function hostComplaints(host: string): readonly string[] {
  if (!host.includes("*")) return isDns1123Subdomain(host, false);
  const complaints = host.startsWith("*.") ? isDns1123Subdomain(host.slice(2), false) : [WILDCARD];
  return complaints.length > 0 ? [WILDCARD] : [];
}

const WILDCARD =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of " +
  "lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', " +
  "regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

function validateHost(host: string, field: string, errors: FieldError[]): void {
  if (isIp(host)) errors.push(invalid(field, host, "must be a DNS name, not an IP address"));
  for (const text of hostComplaints(host)) errors.push(invalid(field, host, text));
}

function validatePath(path: string, type: string | undefined, field: string, errors: FieldError[]): void {
  if (type === undefined) {
    errors.push(required(`${field}.pathType`, "pathType must be specified"));
    return;
  }
  if (!PATH_TYPES.includes(type)) {
    errors.push(notSupported(`${field}.pathType`, type, PATH_TYPES));
    return;
  }
  if (type === "ImplementationSpecific") {
    if (path !== "" && !path.startsWith("/")) {
      errors.push(invalid(`${field}.path`, path, "must be an absolute path"));
    }
    return;
  }
  if (!path.startsWith("/")) errors.push(invalid(`${field}.path`, path, "must be an absolute path"));
  for (const part of BAD_SEQUENCES) {
    if (path.includes(part)) errors.push(invalid(`${field}.path`, path, `must not contain '${part}'`));
  }
  for (const end of BAD_SUFFIXES) {
    if (path.endsWith(end)) errors.push(invalid(`${field}.path`, path, `cannot end with '${end}'`));
  }
}

function validateBackend(backend: IngressBackend, field: string, errors: FieldError[]): void {
  const { service, resource } = backend;
  if (service !== undefined && resource !== undefined) {
    errors.push(invalid(field, "", "cannot set both resource and service backends"));
  } else if (resource !== undefined) {
    if ((resource.kind ?? "") === "") errors.push(required(`${field}.resource.kind`));
    if ((resource.name ?? "") === "") errors.push(required(`${field}.resource.name`));
  } else if (service === undefined) {
    errors.push(invalid(field, "", "resource or service backend is required"));
  } else validateServiceBackend(service, field, errors);
}

function validateServiceBackend(
  service: NonNullable<IngressBackend["service"]>,
  field: string,
  errors: FieldError[],
): void {
  const { name } = service;
  const port = service.port ?? {};
  if ((name ?? "") === "") errors.push(required(`${field}.service.name`));
  else
    for (const text of isDns1035Label(name, false)) errors.push(invalid(`${field}.service.name`, name, text));
  const hasName = (port.name ?? "") !== "";
  const hasNumber = (port.number ?? 0) !== 0;
  if (hasName && hasNumber) {
    errors.push(invalid(field, "", "cannot set both port name & port number"));
  } else if (hasName) {
    for (const text of isPortName(port.name as string))
      errors.push(invalid(`${field}.service.port.name`, port.name, text));
  } else if (hasNumber) {
    for (const text of isPortNumber(port.number))
      errors.push(invalid(`${field}.service.port.number`, port.number, text));
  } else errors.push(required(field, "port name or number is required"));
}
