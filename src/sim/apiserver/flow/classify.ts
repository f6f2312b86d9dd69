/**
 * Which requests a FlowSchema is about, and what tells its flows apart
 * (apiserver `pkg/util/flowcontrol/{rule,formatting}.go`).
 */
import type { RequestInfo } from "../../api/request-info";
import type { FlowPathRule, FlowResourceRule, FlowRule, FlowSchema, FlowSubject } from "../../api/types";
import type { User } from "../auth/user";

const ALL = "*";
const ACCOUNT = "system:serviceaccount:";

/** Whether a schema is about a request. */
export function matches(rules: readonly FlowRule[] | undefined, user: User, info: RequestInfo): boolean {
  if (rules === undefined) return false;
  for (const rule of rules) {
    const fits = info.isResource
      ? rule.resourceRules?.some((r) => resourceMatches(r, info))
      : rule.nonResourceRules?.some((r) => pathMatches(r, info));
    if (fits === true && rule.subjects.some((subject) => subjectMatches(subject, user))) return true;
  }
  return false;
}

function subjectMatches({ kind, user, group, serviceAccount }: FlowSubject, asking: User): boolean {
  switch (kind) {
    case "User":
      return user?.name === ALL || user?.name === asking.name;
    case "Group":
      return group?.name === ALL || asking.groups.includes(group?.name ?? "");
    case "ServiceAccount": {
      const { namespace = "", name = "" } = serviceAccount ?? {};
      const prefix = `${ACCOUNT}${namespace}:`;
      return name === ALL ? asking.name.startsWith(prefix) : asking.name === prefix + name;
    }
    default:
      return false;
  }
}

function has(list: readonly string[] | undefined, value: string): boolean {
  return list !== undefined && (list.includes(value) || list.includes(ALL));
}

function resourceMatches(rule: FlowResourceRule, info: RequestInfo): boolean {
  const { verb, group, resource, subresource, namespace } = info;
  if (!has(rule.verbs, verb) || !has(rule.apiGroups, group)) return false;
  if (!has(rule.resources, subresource === "" ? resource : `${resource}/${subresource}`)) return false;
  return namespace === "" ? rule.clusterScope === true : has(rule.namespaces, namespace);
}

function pathMatches(rule: FlowPathRule, { verb, path }: RequestInfo): boolean {
  if (!has(rule.verbs, verb)) return false;
  return rule.nonResourceURLs.some(
    (url) => url === ALL || url === path || (url.endsWith(ALL) && path.startsWith(url.slice(0, -1))),
  );
}

/** What tells a request's flow from others of its schema; `""` if nothing does. */
export function distinguisherOf(schema: FlowSchema["spec"], user: User, info: RequestInfo): string {
  switch (schema.distinguisherMethod?.type) {
    case "ByUser":
      return user.name;
    case "ByNamespace":
      return info.namespace;
    default:
      return "";
  }
}
