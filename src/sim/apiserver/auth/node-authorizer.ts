/**
 * What a kubelet may do (`plugin/pkg/auth/authorizer/node/{node_authorizer,graph}.go`): read and write its own Node
 * and Lease, its pods, and read what those pods use; the rest of its doings by a fixed list of rules.
 */
import { pods } from "../../api/kinds/pod";
import { parseFieldRequirements } from "../../api/field-selector";
import { SelectorError } from "../../api/selector";
import type { Pod, PolicyRule } from "../../api/types";
import type { Caches } from "../cache/caches";
import { ALLOWED, NO_OPINION, type AuthorizationAttributes, type Decision } from "./attributes";
import { ruleAllows } from "./rbac";
import { nodeOf } from "./user";

const READ = ["get", "list", "watch"];

/** `plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go` NodeRules, for the kinds served here. */
const NODE_RULES: readonly PolicyRule[] = [
  { verbs: ["create"], apiGroups: ["authentication.k8s.io"], resources: ["tokenreviews"] },
  {
    verbs: ["create"],
    apiGroups: ["authorization.k8s.io"],
    resources: ["subjectaccessreviews", "localsubjectaccessreviews"],
  },
  { verbs: READ, apiGroups: [""], resources: ["services"] },
  { verbs: ["create", "update", "patch"], apiGroups: [""], resources: ["nodes", "nodes/status"] },
  { verbs: ["create", "update", "patch"], apiGroups: ["", "events.k8s.io"], resources: ["events"] },
  { verbs: ["create", "delete"], apiGroups: [""], resources: ["pods"] },
  { verbs: ["update", "patch"], apiGroups: [""], resources: ["pods/status"] },
  { verbs: ["create"], apiGroups: [""], resources: ["pods/eviction"] },
  { verbs: ["get"], apiGroups: [""], resources: ["endpoints"] },
];

export class NodeAuthorizer {
  readonly #caches: Caches;

  constructor(caches: Caches) {
    this.#caches = caches;
  }

  authorize(asked: AuthorizationAttributes): Decision {
    const node = nodeOf(asked.user);
    if (node === undefined) return NO_OPINION;
    if (!asked.isResource) return NO_OPINION;
    switch (`${asked.group}/${asked.resource}`) {
      case "/secrets":
      case "/configmaps":
        return this.#used(node, asked);
      case "/serviceaccounts":
        return this.#serviceAccount(node, asked);
      case "/nodes":
        if (READ.includes(asked.verb) && asked.subresource === "") return ownNode(node, asked);
        break;
      case "/pods":
        if (READ.includes(asked.verb) && asked.subresource === "") return this.#pods(node, asked);
        break;
      case "coordination.k8s.io/leases":
        return ownLease(node, asked);
      default:
    }
    for (const rule of NODE_RULES) if (ruleAllows(rule, asked)) return ALLOWED;
    return NO_OPINION;
  }

  #pods(node: string, asked: AuthorizationAttributes): Decision {
    if (asked.verb === "get") {
      const pod = this.#caches.find(pods, asked.namespace, asked.name);
      return pod?.spec.nodeName === node ? ALLOWED : unrelated(node);
    }
    if (selects(asked.fieldSelector, "spec.nodeName", node)) return ALLOWED;
    return refused("can only list/watch pods with spec.nodeName field selector");
  }

  /** Secrets and config maps: one by name, and only if a pod of this node uses it. */
  #used(node: string, asked: AuthorizationAttributes): Decision {
    if (asked.subresource !== "") return refused("cannot access subresources");
    if (!READ.includes(asked.verb)) return refused("can only read resources of this type");
    if (asked.name === "") return refused("can only read namespaced object of this type");
    for (const pod of this.#podsOf(node)) {
      if (pod.metadata.namespace === asked.namespace && podUses(pod, asked.resource, asked.name))
        return ALLOWED;
    }
    return unrelated(node);
  }

  #serviceAccount(node: string, asked: AuthorizationAttributes): Decision {
    const issuing = asked.subresource === "token" && asked.verb === "create";
    if (!issuing && !(asked.subresource === "" && asked.verb === "get")) {
      return refused("can only create tokens for individual service accounts");
    }
    for (const pod of this.#podsOf(node)) {
      if (pod.metadata.namespace === asked.namespace && pod.spec.serviceAccountName === asked.name)
        return ALLOWED;
    }
    return unrelated(node);
  }

  #podsOf(node: string): Iterable<Pod> {
    return this.#caches.of(pods).withTrigger(node) as Iterable<Pod>;
  }
}

function refused(reason: string): Decision {
  return { allowed: false, reason };
}

function unrelated(node: string): Decision {
  return refused(`no relationship found between node '${node}' and this object`);
}

function ownNode(node: string, asked: AuthorizationAttributes): Decision {
  if (asked.name === node) return ALLOWED;
  return refused(`node '${node}' cannot read '${asked.name}', only its own Node object`);
}

function ownLease(node: string, asked: AuthorizationAttributes): Decision {
  if (asked.namespace !== "kube-node-lease")
    return refused('can only access leases in the "kube-node-lease" system namespace');
  switch (asked.verb) {
    case "get":
    case "update":
    case "patch":
    case "delete":
      if (asked.name === node) return ALLOWED;
      return refused("can only access node lease with the same name as the requesting node");
    case "create":
      return asked.name === "" || asked.name === node ? ALLOWED : refused("can only create its own lease");
    default:
      return refused("can only get, create, update, patch, or delete a node lease");
  }
}

function selects(fieldSelector: string, field: string, value: string): boolean {
  if (fieldSelector === "") return false;
  try {
    return parseFieldRequirements(fieldSelector).some(
      (r) => r.field === field && r.equal && r.value === value,
    );
  } catch (e) {
    if (e instanceof SelectorError) return false;
    throw e;
  }
}

/** Whether a pod mounts or reads a secret or config map of its namespace. */
export function podUses(pod: Pod, resource: string, name: string): boolean {
  const secret = resource === "secrets";
  const { spec } = pod;
  if (secret && spec.imagePullSecrets?.some((s) => s.name === name)) return true;
  for (const volume of spec.volumes ?? []) {
    if (secret ? volume.secret?.secretName === name : volume.configMap?.name === name) return true;
    for (const source of volume.projected?.sources ?? []) {
      if ((secret ? source.secret?.name : source.configMap?.name) === name) return true;
    }
  }
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    for (const from of container.envFrom ?? []) {
      if ((secret ? from.secretRef?.name : from.configMapRef?.name) === name) return true;
    }
    for (const { valueFrom } of container.env ?? []) {
      if ((secret ? valueFrom?.secretKeyRef?.name : valueFrom?.configMapKeyRef?.name) === name) return true;
    }
  }
  return false;
}
