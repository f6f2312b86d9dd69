/**
 * What an object uses of a quota (`pkg/quota/v1/evaluator/core`).
 */
import { effectiveSpec } from "../effective-spec";
import { persistentVolumeClaims } from "../kinds/persistent-volume-claim";
import { storageClassOf } from "../kinds/volume-parts";
import { pods } from "../kinds/pod";
import { services } from "../kinds/service";
import { isPodTerminal } from "../meta";
import { qosClass } from "../qos";
import type { ResourceDefinition } from "../resource";
import type { ApiObject, PersistentVolumeClaim, Pod, PodSpec, ResourceQuota, Service } from "../types";
import { addAmounts, maxAmounts, type Amounts } from "./amounts";

/** Kinds that quotas know by their bare names as well. */
const BARE = new Set([
  "configmaps",
  "persistentvolumeclaims",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "services",
]);
const COMPUTE = ["cpu", "memory", "ephemeral-storage"];
const ONE = "1";

/** `count/deployments.apps`. */
export function countName({ group, resource }: Pick<ResourceDefinition, "group" | "resource">): string {
  return group === "" ? `count/${resource}` : `count/${resource}.${group}`;
}

/** Everything that an object uses, under all names that a quota may give it. */
export function usageOf(def: ResourceDefinition, object: ApiObject): Amounts {
  const usage: Record<string, string> = { [countName(def)]: ONE };
  if (def === pods) return { ...usage, ...podUsage(object as Pod) };
  if (def.group === "" && BARE.has(def.resource)) usage[def.resource] = ONE;
  if (def === services) return { ...usage, ...serviceUsage(object as Service) };
  if (def === persistentVolumeClaims) return { ...usage, ...claimUsage(object as PersistentVolumeClaim) };
  return usage;
}

/** Pods that have ended use nothing but their place in etcd. */
function podUsage(pod: Pod): Record<string, string> {
  if (isPodTerminal(pod)) return {};
  const usage: Record<string, string> = { pods: ONE };
  const { requests, limits } = podAmounts(effectiveSpec(pod));
  for (const [name, amount] of Object.entries(requests)) {
    if (COMPUTE.includes(name) || name.startsWith("hugepages-")) usage[name] = amount;
    usage[`requests.${name}`] = amount;
  }
  for (const name of COMPUTE) {
    const amount = limits[name];
    if (amount !== undefined) usage[`limits.${name}`] = amount;
  }
  return usage;
}

/** Requests and limits of a whole pod: its containers together, or its hungriest init container. */
export function podAmounts(spec: PodSpec): { readonly requests: Amounts; readonly limits: Amounts } {
  return { requests: totalOf(spec, "requests"), limits: totalOf(spec, "limits") };
}

function totalOf(spec: PodSpec, which: "requests" | "limits"): Amounts {
  const amountsOf = (container: { resources?: { requests?: Amounts; limits?: Amounts } }): Amounts =>
    container.resources?.[which] ?? {};
  let total: Amounts = {};
  for (const container of spec.containers) total = addAmounts(total, amountsOf(container));
  let sidecars: Amounts = {};
  let peak: Amounts = {};
  for (const init of spec.initContainers ?? []) {
    if (init.restartPolicy === "Always") {
      total = addAmounts(total, amountsOf(init));
      sidecars = addAmounts(sidecars, amountsOf(init));
      peak = maxAmounts(peak, sidecars);
    } else peak = maxAmounts(peak, addAmounts(sidecars, amountsOf(init)));
  }
  total = maxAmounts(total, peak);
  return spec.overhead === undefined ? total : addAmounts(total, spec.overhead as Amounts);
}

function serviceUsage({ spec }: Service): Record<string, string> {
  const ports = spec.ports?.length ?? 0;
  if (spec.type === "NodePort") return { "services.nodeports": String(ports) };
  if (spec.type !== "LoadBalancer") return {};
  const nodePorts =
    spec.allocateLoadBalancerNodePorts === false
      ? (spec.ports ?? []).filter((port) => port.nodePort !== undefined).length
      : ports;
  return { "services.loadbalancers": ONE, "services.nodeports": String(nodePorts) };
}

function claimUsage(claim: PersistentVolumeClaim): Record<string, string> {
  const usage: Record<string, string> = {};
  const storage = claim.spec.resources?.requests?.["storage"];
  if (storage !== undefined) usage["requests.storage"] = storage;
  const name = storageClassOf(claim) ?? "";
  if (name === "") return usage;
  const prefix = `${name}.storageclass.storage.k8s.io/`;
  usage[`${prefix}persistentvolumeclaims`] = ONE;
  if (storage !== undefined) usage[`${prefix}requests.storage`] = storage;
  return usage;
}

interface Term {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** Whether a quota is about an object: all of its scopes have to be. Only pods are in scopes. */
export function isInScope(quota: ResourceQuota, def: ResourceDefinition, object: ApiObject): boolean {
  const terms: Term[] = [
    ...(quota.spec.scopes ?? []).map((scopeName) => ({ scopeName, operator: "Exists" })),
    ...(quota.spec.scopeSelector?.matchExpressions ?? []),
  ];
  if (terms.length === 0) return true;
  return def === pods && terms.every((term) => isPodIn(term, object as Pod));
}

function isPodIn({ scopeName, operator, values = [] }: Term, { spec }: Pod): boolean {
  switch (scopeName) {
    case "Terminating":
      return spec.activeDeadlineSeconds !== undefined;
    case "NotTerminating":
      return spec.activeDeadlineSeconds === undefined;
    case "BestEffort":
      return qosClass(spec) === "BestEffort";
    case "NotBestEffort":
      return qosClass(spec) !== "BestEffort";
    case "CrossNamespacePodAffinity":
      return usesOtherNamespaces(spec);
    case "PriorityClass": {
      const name = spec.priorityClassName ?? "";
      if (operator === "Exists") return name !== "";
      if (operator === "DoesNotExist") return name === "";
      return values.includes(name) === (operator === "In");
    }
    default:
      return false;
  }
}

function usesOtherNamespaces({ affinity }: PodSpec): boolean {
  for (const part of [affinity?.podAffinity, affinity?.podAntiAffinity]) {
    const terms = [
      ...(part?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...(part?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((p) => p.podAffinityTerm),
    ];
    if (terms.some((term) => (term.namespaces?.length ?? 0) > 0 || term.namespaceSelector !== undefined))
      return true;
  }
  return false;
}
