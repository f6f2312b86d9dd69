/**
 * A kubelet may only change its own Node and Lease and the pods bound to it
 * (`plugin/pkg/admission/noderestriction/admission.go`). The node authorizer looks at requests, this at objects.
 */
import { deepEqual } from "../../api/deep-equal";
import { leases } from "../../api/kinds/lease";
import { nodes } from "../../api/kinds/node";
import { pods } from "../../api/kinds/pod";
import { serviceAccounts } from "../../api/kinds/service-account";
import type { ResourceDefinition } from "../../api/resource";
import type { Node, Pod, TokenRequest } from "../../api/types";
import { nodeOf } from "../auth/user";
import type { Caches } from "../cache/caches";
import { refuse, type AdmissionAttributes, type AdmissionPlugin, type Verdict } from "./plugin";

const MIRROR = "kubernetes.io/config.mirror";
const LEASE_NAMESPACE = "kube-node-lease";
/** Labels under kubernetes.io and k8s.io that a kubelet may set on its node. */
const OWN_LABELS = new Set([
  "kubernetes.io/hostname",
  "kubernetes.io/arch",
  "kubernetes.io/os",
  "beta.kubernetes.io/arch",
  "beta.kubernetes.io/os",
  "beta.kubernetes.io/instance-type",
  "node.kubernetes.io/instance-type",
  "failure-domain.beta.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "topology.kubernetes.io/region",
  "topology.kubernetes.io/zone",
]);
const OWN_PREFIXES = ["kubelet.kubernetes.io/", "node.kubernetes.io/"];
const RESTRICTED_PREFIX = "node-restriction.kubernetes.io/";

const HANDLED = new Set<ResourceDefinition>([pods, nodes, leases, serviceAccounts]);

export const nodeRestriction: AdmissionPlugin = {
  name: "NodeRestriction",
  handles: (def) => HANDLED.has(def),
  admit(attributes, { caches }) {
    const node = nodeOf(attributes.user);
    if (node === undefined) return undefined;
    switch (attributes.def.resource) {
      case "pods":
        return admitPod(attributes, node, caches);
      case "nodes":
        return admitNode(attributes, node);
      case "leases":
        return admitLease(attributes, node);
      default:
        return attributes.subresource === "token" ? admitToken(attributes, node, caches) : undefined;
    }
  },
};

function quoted(name: string | undefined): string {
  return JSON.stringify(name ?? "");
}

function admitPod(attributes: AdmissionAttributes, node: string, caches: Caches): Verdict {
  const { operation, subresource, namespace, name } = attributes;
  if (subresource === "eviction") {
    const pod = caches.find(pods, namespace, name);
    if (pod === undefined || pod.spec.nodeName === node) return undefined;
    return refuse(attributes, `node ${quoted(node)} can only evict pods with spec.nodeName set to itself`);
  }
  if (subresource === "status") {
    const pod = attributes.old as Pod | undefined;
    if (pod?.spec.nodeName === node) return undefined;
    return refuse(
      attributes,
      `node ${quoted(node)} can only update pod status for pods with spec.nodeName set to itself`,
    );
  }
  if (subresource !== "")
    return refuse(
      attributes,
      `unexpected pod subresource ${quoted(subresource)}, only 'status' and 'eviction' are allowed`,
    );
  if (operation === "DELETE") {
    const pod = attributes.old as Pod | undefined;
    if (pod?.spec.nodeName === node) return undefined;
    return refuse(attributes, `node ${quoted(node)} can only delete pods with spec.nodeName set to itself`);
  }
  if (operation !== "CREATE") return refuse(attributes, `unexpected operation ${quoted(operation)}`);
  const pod = attributes.object as Pod;
  if (pod.metadata.annotations?.[MIRROR] === undefined) {
    const text = `pod does not have ${quoted(MIRROR)} annotation, node ${quoted(node)} can only create mirror pods`;
    return refuse(attributes, text);
  }
  if (pod.spec.nodeName === node) return undefined;
  return refuse(attributes, `node ${quoted(node)} can only create pods with spec.nodeName set to itself`);
}

function admitNode(attributes: AdmissionAttributes, node: string): Verdict {
  const target = attributes.name === "" ? attributes.object?.metadata.name : attributes.name;
  if (target !== node) {
    return refuse(attributes, `node ${quoted(node)} is not allowed to modify node ${quoted(target)}`);
  }
  const next = attributes.object as Node | undefined;
  if (next === undefined || attributes.subresource !== "") return undefined;
  const old = attributes.old as Node | undefined;
  if (old === undefined) return refuseLabels(attributes, node, Object.keys(next.metadata.labels ?? {}));
  if (!deepEqual(next.spec.taints ?? [], old.spec.taints ?? [])) {
    return refuse(attributes, `node ${quoted(node)} is not allowed to modify taints`);
  }
  const before = old.metadata.labels ?? {};
  const after = next.metadata.labels ?? {};
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return refuseLabels(
    attributes,
    node,
    changed.filter((key) => before[key] !== after[key]),
  );
}

function refuseLabels(attributes: AdmissionAttributes, node: string, changed: readonly string[]): Verdict {
  const bad = changed.filter(isForbiddenLabel).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  if (bad.length === 0) return undefined;
  const verb = attributes.operation === "CREATE" ? "set the following" : "modify";
  return refuse(attributes, `node ${quoted(node)} is not allowed to ${verb} labels: ${bad.join(", ")}`);
}

function isForbiddenLabel(key: string): boolean {
  if (key.startsWith(RESTRICTED_PREFIX)) return true;
  const slash = key.indexOf("/");
  const domain = slash < 0 ? "" : key.slice(0, slash);
  const reserved = isUnder(domain, "kubernetes.io") || isUnder(domain, "k8s.io");
  if (!reserved || OWN_LABELS.has(key)) return false;
  return !OWN_PREFIXES.some((prefix) => key.startsWith(prefix) || domain.endsWith(`.${prefix.slice(0, -1)}`));
}

function isUnder(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`);
}

function admitLease(attributes: AdmissionAttributes, node: string): Verdict {
  if (attributes.namespace !== LEASE_NAMESPACE) {
    return refuse(attributes, `can only access leases in the ${quoted(LEASE_NAMESPACE)} system namespace`);
  }
  const name = attributes.name === "" ? attributes.object?.metadata.name : attributes.name;
  if (name === node) return undefined;
  return refuse(attributes, "can only access node lease with the same name as the requesting node");
}

function admitToken(attributes: AdmissionAttributes, node: string, caches: Caches): Verdict {
  const request = attributes.object as TokenRequest;
  const ref = request.spec?.boundObjectRef;
  if (ref === undefined || ref.kind !== "Pod" || ref.apiVersion !== "v1") {
    return refuse(attributes, "node requested token not bound to a pod");
  }
  if (!ref.uid) return refuse(attributes, "node requested token with a pod binding without a uid");
  const pod = caches.find(pods, attributes.namespace, ref.name ?? "");
  if (pod?.metadata.uid === ref.uid && pod?.spec.nodeName === node) return undefined;
  return refuse(attributes, `node requested token bound to a pod scheduled on a different node`);
}
