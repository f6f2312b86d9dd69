import { ageColumn, column, nameColumn } from "../columns";
import { invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import { NONE } from "../printing/cells";
import { defineResource } from "../resource";
import type { IngressClass } from "../types";
import { isDns1123Subdomain } from "../validation/names";
import { immutable } from "../validation/object-meta";

export const DEFAULT_INGRESS_CLASS = "ingressclass.kubernetes.io/is-default-class";
const CONTROLLER_MAX = 250;
const PATH_REGEX = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const PATH_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-._~%!$&'()*+,;=:";
const SCOPES: readonly string[] = ["Cluster", "Namespace"];

/** `acme.io/foo`: a domain and a path below it. */
function validateController(controller: string, errors: FieldError[]): void {
  const slash = controller.indexOf("/");
  const path = controller.slice(slash + 1);
  if (slash <= 0 || path === "") {
    const text = 'must be a domain-prefixed path (such as "acme.io/foo")';
    errors.push(invalid("spec.controller", controller, text));
    return;
  }
  for (const text of isDns1123Subdomain(controller.slice(0, slash), false)) {
    errors.push(invalid("spec.controller", controller, text));
  }
  if (!path.split("").every((c) => PATH_CHARACTERS.includes(c))) {
    errors.push(
      invalid("spec.controller", controller, `Invalid path (regex used for validation is '${PATH_REGEX}')`),
    );
  }
}

function validate({ spec }: IngressClass): FieldError[] {
  const errors: FieldError[] = [];
  const controller = spec.controller ?? "";
  if (controller.length > CONTROLLER_MAX) {
    const message = `Too long: may not be more than ${CONTROLLER_MAX} bytes`;
    errors.push({ type: "FieldValueTooLong", field: "spec.controller", message });
  }
  if (controller === "") errors.push(required("spec.controller"));
  else validateController(controller, errors);
  const { parameters } = spec;
  if (parameters === undefined) return errors;
  if ((parameters.kind ?? "") === "") errors.push(required("spec.parameters.kind", "kind is required"));
  if ((parameters.name ?? "") === "") errors.push(required("spec.parameters.name", "name is required"));
  if (parameters.scope === undefined) errors.push(required("spec.parameters.scope"));
  else if (!SCOPES.includes(parameters.scope)) {
    errors.push(notSupported("spec.parameters.scope", parameters.scope, SCOPES));
  } else if (parameters.scope === "Namespace" && (parameters.namespace ?? "") === "") {
    const text = "`parameters.scope` is set to 'Namespace'";
    errors.push(required("spec.parameters.namespace", text));
  }
  return errors;
}

function parametersCell({ spec }: IngressClass): string {
  const { parameters } = spec;
  if (parameters === undefined) return NONE;
  const group = parameters.apiGroup === undefined ? "" : `.${parameters.apiGroup}`;
  return `${parameters.kind}${group}/${parameters.name}`;
}

export const ingressClasses = defineResource<IngressClass>({
  group: "networking.k8s.io",
  version: "v1",
  kind: "IngressClass",
  resource: "ingressclasses",
  namespaced: false,
  spec: true,
  columns: [
    nameColumn(),
    column("Controller", (ic) => ic.spec.controller ?? ""),
    column("Parameters", parametersCell),
    ageColumn(),
  ],
  defaults(ingressClass) {
    const { spec } = ingressClass;
    if (spec.parameters === undefined || spec.parameters.scope !== undefined) return ingressClass;
    return { ...ingressClass, spec: { ...spec, parameters: { ...spec.parameters, scope: "Cluster" } } };
  },
  validate,
  validateUpdate(next, prev) {
    const errors = validate(next);
    immutable(next.spec.controller, prev.spec.controller, "spec.controller", errors);
    return errors;
  },
});
