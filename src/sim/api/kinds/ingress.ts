import { ageColumn, column, nameColumn } from "../columns";
import { invalid } from "../field-error";
import type { FieldError } from "../field-error";
import { NONE } from "../printing/cells";
import { defineResource } from "../resource";
import { STATUS } from "../subresources";
import type { Ingress } from "../types";
import { validateIngress } from "../validation/ingress";
import { isIp } from "../validation/service";

export const INGRESS_CLASS_ANNOTATION = "kubernetes.io/ingress.class";
const HOSTS_SHOWN = 3;

function hostsCell({ spec }: Ingress): string {
  const rules = spec.rules ?? [];
  const hosts: string[] = [];
  let more = false;
  for (const { host } of rules) {
    if (hosts.length === HOSTS_SHOWN) more = true;
    if (!more && host !== undefined && host !== "") hosts.push(host);
  }
  if (hosts.length === 0) return "*";
  return more ? `${hosts.join(",")} + ${rules.length - HOSTS_SHOWN} more...` : hosts.join(",");
}

function addressCell({ status }: Ingress): string {
  const found = new Set<string>();
  for (const { ip, hostname } of status.loadBalancer?.ingress ?? []) {
    if (ip) found.add(ip);
    else if (hostname) found.add(hostname);
  }
  return [...found].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).join(",");
}

function validateStatus({ status }: Ingress): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { ip, hostname }] of (status.loadBalancer?.ingress ?? []).entries()) {
    const at = `status.loadBalancer.ingress[${i}]`;
    if (ip !== undefined && ip !== "" && !isIp(ip)) {
      errors.push(invalid(`${at}.ip`, ip, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"));
    }
    if (hostname !== undefined && isIp(hostname)) {
      errors.push(invalid(`${at}.hostname`, hostname, "must be a DNS name, not an IP address"));
    }
  }
  return errors;
}

/** A class is given by the field or, as it was before there was one, by an annotation: not by both. */
function validateNew(ingress: Ingress): FieldError[] {
  const errors = validateIngress(ingress);
  const annotated = ingress.metadata.annotations?.[INGRESS_CLASS_ANNOTATION];
  if (annotated !== undefined && ingress.spec.ingressClassName !== undefined) {
    errors.push(
      invalid(
        `metadata.annotations[${INGRESS_CLASS_ANNOTATION}]`,
        annotated,
        "can not be set when the class field is also set",
      ),
    );
  }
  return errors;
}

/** How the class of an Ingress was given before there was a field for it. */
const OLD_CLASS = "kubernetes.io/ingress.class";

export const ingresses = defineResource<Ingress>({
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  resource: "ingresses",
  singular: "ingress",
  shortNames: ["ing"],
  namespaced: true,
  storagePrefix: "/registry/ingress",
  emptyStatus: { loadBalancer: {} },
  subresources: { status: STATUS },
  columns: [
    nameColumn(),
    column(
      "Class",
      (ingress) =>
        ingress.spec.ingressClassName ?? ingress.metadata.annotations?.[INGRESS_CLASS_ANNOTATION] ?? NONE,
    ),
    column("Hosts", hostsCell),
    column("Address", addressCell),
    column("Ports", ({ spec }) => ((spec.tls?.length ?? 0) > 0 ? "80, 443" : "80")),
    ageColumn(),
  ],
  validate: validateNew,
  validateUpdate: (next, prev) => (next.spec === prev.spec ? [] : validateIngress(next)),
  validateStatusUpdate: validateStatus,
  warnings(ingress, prev) {
    const old = prev === undefined && ingress.metadata.annotations?.[OLD_CLASS] !== undefined;
    if (!old || ingress.spec?.ingressClassName !== undefined) return [];
    return [`annotation "${OLD_CLASS}" is deprecated, please use 'spec.ingressClassName' instead`];
  },
});
