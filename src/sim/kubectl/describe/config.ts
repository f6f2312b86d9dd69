/** ConfigMaps, Secrets, ServiceAccounts and rights (kubectl `pkg/describe/describe.go`). */
import { compareCodePoints } from "../../../shared/compare";
import { decodeBase64 } from "../../api/base64";
import type {
  ClusterRole,
  ClusterRoleBinding,
  ConfigMap,
  PolicyRule,
  Role,
  RoleBinding,
  Secret,
  ServiceAccount,
} from "../../api/types";
import type { Task } from "../../kernel/task";
import { describeEvents, eventsOf } from "./events";
import type { Related } from "./related";
import { annotations, goList, labels, pairs, sortedKeys, Writer } from "./writer";

export function* describeConfigMap(map: ConfigMap, related: Related): Task<string> {
  const { metadata, data, binaryData } = map;
  const events = yield* eventsOf(related, map);
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace}`);
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
  w.line(0, "\nData\n====");
  for (const key of sortedKeys(data)) w.line(0, `${key}:\n----\n${data?.[key]}\n`);
  w.line(0, "\nBinaryData\n====");
  for (const key of sortedKeys(binaryData)) w.line(0, `${key}: ${sizeOf(binaryData?.[key])} bytes`);
  w.line(0, "");
  describeEvents(w, events, related.nowUs);
  return w.toString();
}

function sizeOf(base64: string | undefined): number {
  const text = base64 ?? "";
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return Math.floor((text.length * 3) / 4) - padding;
}

export function* describeSecret({ metadata, type, data }: Secret): Task<string> {
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace}`);
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
  w.line(0, `\nType:\t${type ?? ""}`);
  w.line(0, "\nData\n====");
  for (const key of sortedKeys(data)) {
    const isToken = key === "token" && type === "kubernetes.io/service-account-token";
    w.line(
      0,
      `${key}:\t${isToken ? (decodeBase64(data?.[key] ?? "") ?? "") : `${sizeOf(data?.[key])} bytes`}`,
    );
  }
  return w.toString();
}

export function* describeServiceAccount(account: ServiceAccount, related: Related): Task<string> {
  const { metadata, imagePullSecrets = [] } = account;
  const events = yield* eventsOf(related, account);
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace}`);
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
  pairs(
    w,
    "Image pull secrets",
    imagePullSecrets.map(({ name = "" }) => name),
  );
  describeEvents(w, events, related.nowUs);
  return w.toString();
}

/** One rule a resource, verbs that belong together in one (kubectl `pkg/util/rbac`). */
function compact(rules: readonly PolicyRule[]): PolicyRule[] {
  const found = new Map<string, PolicyRule>();
  const kept: PolicyRule[] = [];
  for (const rule of rules.flatMap(breakDown)) {
    const { apiGroups, resources, resourceNames, verbs } = rule;
    if (apiGroups?.length !== 1 || resources?.length !== 1 || rule.nonResourceURLs !== undefined) {
      kept.push(rule);
      continue;
    }
    const key = JSON.stringify([apiGroups[0], resources[0], resourceNames ?? []]);
    const known = found.get(key);
    if (known === undefined) {
      const made = { ...rule, verbs: [...verbs] };
      found.set(key, made);
      kept.push(made);
    } else for (const verb of verbs) if (!known.verbs.includes(verb)) known.verbs.push(verb);
  }
  return kept.toSorted((a, b) => compareCodePoints(ruleKey(a), ruleKey(b)));
}

function breakDown({
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
  verbs,
}: PolicyRule): PolicyRule[] {
  const names = resourceNames.length === 0 ? [undefined] : resourceNames;
  const made: PolicyRule[] = [];
  for (const group of apiGroups)
    for (const resource of resources)
      for (const name of names)
        for (const verb of verbs) {
          const rule = { apiGroups: [group], resources: [resource], verbs: [verb] };
          made.push(name === undefined ? rule : { ...rule, resourceNames: [name] });
        }
  for (const url of nonResourceURLs)
    for (const verb of verbs) made.push({ nonResourceURLs: [url], verbs: [verb] });
  return made;
}

/** A rule as Go prints the message, by which upstream sorts. */
function ruleKey({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): string {
  const lists = { verbs, apiGroups, resources, resourceNames, nonResourceURLs };
  return Object.entries(lists)
    .map(([name, list]) => `${name}:${goList(list)}`)
    .join(",");
}

function resourceText({ resources = [], apiGroups = [] }: PolicyRule): string {
  const [whole = ""] = resources;
  if (whole === "") return "";
  const slash = whole.indexOf("/");
  const resource = slash < 0 ? whole : whole.slice(0, slash);
  const group = apiGroups[0] ? `.${apiGroups[0]}` : "";
  return resource + group + (slash < 0 ? "" : whole.slice(slash));
}

export function* describeRole({ metadata, rules }: Role | ClusterRole): Task<string> {
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
  w.line(0, "PolicyRule:");
  w.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
  w.line(1, "---------\t-----------------\t--------------\t-----");
  for (const rule of compact(rules ?? [])) {
    const { nonResourceURLs, resourceNames, verbs } = rule;
    w.line(
      1,
      `${resourceText(rule)}\t${goList(nonResourceURLs)}\t${goList(resourceNames)}\t${goList(verbs)}`,
    );
  }
  return w.toString();
}

export function* describeRoleBinding({
  metadata,
  roleRef,
  subjects,
}: RoleBinding | ClusterRoleBinding): Task<string> {
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
  w.line(0, "Role:");
  w.line(1, `Kind:\t${roleRef.kind}`);
  w.line(1, `Name:\t${roleRef.name}`);
  w.line(0, "Subjects:");
  w.line(1, "Kind\tName\tNamespace");
  w.line(1, "----\t----\t---------");
  for (const { kind, name, namespace = "" } of subjects ?? []) w.line(1, `${kind}\t${name}\t${namespace}`);
  return w.toString();
}
