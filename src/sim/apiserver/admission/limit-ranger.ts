/**
 * Gives containers the defaults of a namespace's LimitRanges, and holds them to their bounds
 * (`plugin/pkg/admission/limitranger/admission.go`).
 */
import { limitRanges } from "../../api/kinds/limit-range";
import { persistentVolumeClaims } from "../../api/kinds/persistent-volume-claim";
import { pods } from "../../api/kinds/pod";
import { compareQuantities, milliValue } from "../../api/quantity";
import { podAmounts } from "../../api/quota/usage";
import type { Amounts } from "../../api/quota/amounts";
import type { Container, LimitRange, LimitRangeItem, PersistentVolumeClaim, Pod } from "../../api/types";
import type { Caches } from "../cache/caches";
import { refuse, type AdmissionAttributes, type AdmissionPlugin, type Verdict } from "./plugin";

const ANNOTATION = "kubernetes.io/limit-ranger";

export const limitRanger: AdmissionPlugin = {
  name: "LimitRanger",
  handles(def, subresource, operation) {
    if (subresource === "resize") return def === pods;
    if (subresource !== "" || operation === "DELETE") return false;
    // Of pods nothing else that is limited changes.
    return def === pods ? operation === "CREATE" : def === persistentVolumeClaims;
  },
  admit(attributes, { caches }) {
    const items = itemsOf(caches, attributes.namespace);
    if (items.length === 0) return undefined;
    const problems: string[] = [];
    if (attributes.def === pods) limitPod(attributes, items, problems);
    else limitClaim(attributes.object as PersistentVolumeClaim, items, problems);
    return verdictOf(attributes, problems);
  },
};

function itemsOf(caches: Caches, namespace: string): LimitRangeItem[] {
  const items: LimitRangeItem[] = [];
  for (const range of caches.of(limitRanges).inNamespace(namespace)) {
    items.push(...((range as LimitRange).spec.limits ?? []));
  }
  return items;
}

function verdictOf(attributes: AdmissionAttributes, problems: readonly string[]): Verdict {
  if (problems.length === 0) return undefined;
  const different = [...new Set(problems)];
  return refuse(attributes, different.length === 1 ? different[0]! : `[${different.join(", ")}]`);
}

function limitPod(
  attributes: AdmissionAttributes,
  items: readonly LimitRangeItem[],
  problems: string[],
): void {
  const pod = withDefaults(attributes.object as Pod, items);
  attributes.object = pod;
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  for (const item of items) {
    if (item.type === "Container") {
      for (const { resources } of containers) {
        checkBounds(
          item,
          (resources?.requests ?? {}) as Amounts,
          (resources?.limits ?? {}) as Amounts,
          problems,
        );
      }
    } else if (item.type === "Pod") {
      const { requests, limits } = podAmounts(pod.spec);
      checkBounds(item, requests, limits, problems);
    }
  }
}

function withDefaults(pod: Pod, items: readonly LimitRangeItem[]): Pod {
  const limits: Record<string, string> = {};
  const requests: Record<string, string> = {};
  for (const item of items) {
    if (item.type !== "Container") continue;
    Object.assign(limits, item.default);
    Object.assign(requests, item.defaultRequest);
  }
  const notes: string[] = [];
  const fill = (container: Container, kind: string): Container => {
    const { resources = {} } = container;
    const added = {
      request: missing(requests, resources.requests as Amounts | undefined),
      limit: missing(limits, resources.limits as Amounts | undefined),
    };
    const made = { ...resources };
    for (const [what, amounts] of Object.entries(added)) {
      const names = Object.keys(amounts).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      if (names.length === 0) continue;
      notes.push(`${names.join(", ")} ${what} for ${kind} ${container.name}`);
      if (what === "request") made.requests = { ...made.requests, ...amounts };
      else made.limits = { ...made.limits, ...amounts };
    }
    return made.requests === resources.requests && made.limits === resources.limits
      ? container
      : { ...container, resources: made };
  };
  const containers = pod.spec.containers.map((c) => fill(c, "container"));
  const initContainers = pod.spec.initContainers?.map((c) => fill(c, "init container"));
  if (notes.length === 0) return pod;
  const spec = { ...pod.spec, containers, ...(initContainers === undefined ? {} : { initContainers }) };
  const annotations = {
    ...pod.metadata.annotations,
    [ANNOTATION]: `LimitRanger plugin set: ${notes.join("; ")}`,
  };
  return { ...pod, metadata: { ...pod.metadata, annotations }, spec };
}

/** Defaults that are not given. */
function missing(defaults: Amounts, given: Amounts | undefined): Amounts {
  const made: Record<string, string> = {};
  for (const [name, amount] of Object.entries(defaults)) if (given?.[name] === undefined) made[name] = amount;
  return made;
}

function limitClaim(
  claim: PersistentVolumeClaim,
  items: readonly LimitRangeItem[],
  problems: string[],
): void {
  const requests = (claim.spec.resources?.requests ?? {}) as Amounts;
  for (const item of items) {
    if (item.type !== "PersistentVolumeClaim") continue;
    checkMin(item, requests, {}, problems);
    for (const [name, most] of Object.entries((item.max ?? {}) as Amounts)) {
      const asked = requests[name];
      const rule = `maximum ${name} usage per ${item.type} is ${most}`;
      if (asked === undefined) problems.push(`${rule}.  No request is specified`);
      else if (compareQuantities(asked, most) > 0) problems.push(`${rule}, but request is ${asked}`);
    }
  }
}

function checkBounds(item: LimitRangeItem, requests: Amounts, limits: Amounts, problems: string[]): void {
  checkMin(item, requests, limits, problems);
  for (const [name, most] of Object.entries((item.max ?? {}) as Amounts)) {
    const rule = `maximum ${name} usage per ${item.type} is ${most}`;
    const limit = limits[name];
    const request = requests[name];
    if (limit === undefined) problems.push(`${rule}.  No limit is specified`);
    else if (compareQuantities(limit, most) > 0) problems.push(`${rule}, but limit is ${limit}`);
    else if (request !== undefined && compareQuantities(request, most) > 0) {
      problems.push(`${rule}, but request is ${request}`);
    }
  }
  for (const [name, ratio] of Object.entries((item.maxLimitRequestRatio ?? {}) as Amounts)) {
    checkRatio(item.type, name, ratio, requests[name], limits[name], problems);
  }
}

function checkMin(item: LimitRangeItem, requests: Amounts, limits: Amounts, problems: string[]): void {
  for (const [name, least] of Object.entries((item.min ?? {}) as Amounts)) {
    const rule = `minimum ${name} usage per ${item.type} is ${least}`;
    const request = requests[name];
    const limit = limits[name];
    if (request === undefined) problems.push(`${rule}.  No request is specified`);
    else if (compareQuantities(request, least) < 0) problems.push(`${rule}, but request is ${request}`);
    else if (limit !== undefined && compareQuantities(limit, least) < 0) {
      problems.push(`${rule}, but limit is ${limit}`);
    }
  }
}

function checkRatio(
  type: string,
  name: string,
  most: string,
  request: string | undefined,
  limit: string | undefined,
  problems: string[],
): void {
  const rule = `${name} max limit to request ratio per ${type} is ${most}`;
  if (request === undefined || milliValue(request) === 0) {
    problems.push(`${rule}, but no request is specified or request is 0`);
  } else if (limit === undefined || milliValue(limit) === 0) {
    problems.push(`${rule}, but no limit is specified or limit is 0`);
  } else {
    const ratio = milliValue(limit) / milliValue(request);
    if (ratio * 1000 > milliValue(most)) problems.push(`${rule}, but provided ratio is ${ratio.toFixed(6)}`);
  }
}
