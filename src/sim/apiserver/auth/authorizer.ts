/**
 * Authorization modes `Node,RBAC` in this order, with what is always allowed before them
 * (apiserver `pkg/authorization/union`, `pkg/endpoints/filters/authorization.go`).
 */
import { forbidden } from "../../api/status";
import type { Status } from "../../api/types";
import type { Caches } from "../cache/caches";
import { ALLOWED, type AuthorizationAttributes, type Decision } from "./attributes";
import { NodeAuthorizer } from "./node-authorizer";
import { RbacAuthorizer } from "./rbac";
import { MASTERS } from "./user";

const ALWAYS_ALLOWED_PATHS = new Set(["/healthz", "/livez", "/readyz"]);
const CACHE_MAX = 16_384;

export class Authorizer {
  readonly rbac: RbacAuthorizer;
  readonly #node: NodeAuthorizer;
  /** RBAC's answers by the rules of a user, then by path and verb; new rules begin with none. */
  readonly #decisions = new WeakMap<object, Map<string, Map<string, Decision>>>();

  constructor(caches: Caches) {
    this.rbac = new RbacAuthorizer(caches);
    this.#node = new NodeAuthorizer(caches);
  }

  authorize(asked: AuthorizationAttributes): Decision {
    const { user } = asked;
    if (user.groups.includes(MASTERS)) return ALLOWED;
    if (!asked.isResource && ALWAYS_ALLOWED_PATHS.has(asked.path)) return ALLOWED;
    const byNode = this.#node.authorize(asked);
    if (byNode.allowed) return ALLOWED;
    const byRbac = this.#byRbac(asked);
    if (byRbac.allowed) return ALLOWED;
    const reasons = [byNode.reason, byRbac.reason].filter((reason) => reason !== "");
    return { allowed: false, reason: reasons.join(", ") };
  }

  #byRbac(asked: AuthorizationAttributes): Decision {
    const rules = this.rbac.rulesOf(asked.user);
    // A path says all that a decision depends on, unless a field selector names an object.
    if (asked.path === "" || asked.fieldSelector !== "") return this.rbac.authorize(asked);
    let decisions = this.#decisions.get(rules);
    if (decisions === undefined) this.#decisions.set(rules, (decisions = new Map()));
    let ofPath = decisions.get(asked.path);
    if (ofPath === undefined) {
      if (decisions.size >= CACHE_MAX) decisions.clear();
      decisions.set(asked.path, (ofPath = new Map()));
    }
    let decision = ofPath.get(asked.verb);
    if (decision === undefined) ofPath.set(asked.verb, (decision = this.rbac.authorize(asked)));
    return decision;
  }
}

/** The 403 of a request that nobody allows (apiserver `pkg/endpoints/handlers/responsewriters/errors.go`). */
export function accessDenied(asked: AuthorizationAttributes, reason: string): Status {
  const tail = reason === "" ? "" : `: ${reason}`;
  const { user, verb, group, namespace } = asked;
  if (!asked.isResource) {
    const why = `User "${user.name}" cannot ${verb} path "${asked.path}"${tail}`;
    return forbidden({ group: "", resource: "" }, "", why);
  }
  const resource = asked.subresource === "" ? asked.resource : `${asked.resource}/${asked.subresource}`;
  const scope = namespace === "" ? "at the cluster scope" : `in the namespace "${namespace}"`;
  const why = `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${scope}${tail}`;
  return forbidden({ group, resource: asked.resource }, asked.name, why);
}
