/**
 * `kubectl create role`, `clusterrole`, `rolebinding`, `clusterrolebinding`, `serviceaccount`, `token`
 * (kubectl `pkg/cmd/create/create_{role,clusterrole,rolebinding,serviceaccount,token}.go`).
 */
import type { Task } from "../../../kernel/task";
import type { Command, Flag } from "../../cli/command";
import { fail, Failure } from "../../cli/failure";
import type { Context } from "../../context";
import { objectPrinter, PRINT_FLAGS, printRequest } from "../../print/printers";
import type { AnyMeta, AnyObject } from "../../resource/info";
import { creator, nameOf, type Target } from "./maker";

const RBAC = "rbac.authorization.k8s.io/v1";
const RBAC_GROUP = "rbac.authorization.k8s.io";

const RULE_FLAGS: readonly Flag[] = [
  { name: "verb", type: "strings", help: "What may be done." },
  { name: "resource", type: "strings", help: "To what kinds: `pods`, `pods/log`, `deployments.apps`." },
  { name: "resource-name", type: "array", help: "To which objects." },
];

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

const VERBS = new Set(
  "get list watch create update patch delete deletecollection use bind escalate impersonate * proxy approve sign".split(
    " ",
  ),
);

/** One rule a group, in the order of the flags (`generateResourcePolicyRules`). */
function* rulesOf(context: Context, needsResource: boolean): Task<Rule[]> {
  const { flags } = context;
  const given = flags.strings("verb");
  const verbs = given.includes("*") ? ["*"] : [...new Set(given)];
  const resources = flags.strings("resource");
  if (verbs.length === 0) throw fail("at least one verb must be specified");
  if (needsResource && resources.length === 0) throw fail("at least one resource must be specified");
  for (const verb of verbs)
    if (!VERBS.has(verb)) context.err(`Warning: '${verb}' is not a standard resource verb\n`);
  const groups = new Map<string, string[]>();
  for (const text of resources) {
    const slash = text.indexOf("/");
    const type = slash < 0 ? text : text.slice(0, slash);
    const sub = slash < 0 ? "" : text.slice(slash);
    const found = type === "*" ? { group: "", resource: "*" } : yield* context.mapper.resource(type);
    const list = groups.get(found.group) ?? [];
    list.push(found.resource + sub);
    groups.set(found.group, list);
  }
  const names = flags.strings("resource-name");
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, list]) => ({
      apiGroups: [group],
      ...(names.length === 0 ? {} : { resourceNames: names }),
      resources: [...new Set(list)],
      verbs,
    }));
}

export const createRole = creator({
  name: "role",
  summary: "Creates a role with one rule",
  usage: "role NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename]",
  examples: ["kubectl create role reader --verb=get,list --resource=pods"],
  flags: RULE_FLAGS,
  target: { apiVersion: RBAC, kind: "Role", resource: "roles", namespaced: true },
  *make(context, name): Task<AnyObject> {
    return { metadata: { name }, rules: yield* rulesOf(context, true) };
  },
});

export const createClusterRole = creator({
  name: "clusterrole",
  summary: "Creates a cluster role",
  usage: "clusterrole NAME --verb=verb --resource=resource.group [--resource-name=resourcename]",
  flags: [
    ...RULE_FLAGS,
    { name: "non-resource-url", type: "strings", help: "Paths that are no resources." },
    { name: "aggregation-rule", type: "map", help: "Labels of the roles that it is made of." },
  ],
  target: { apiVersion: RBAC, kind: "ClusterRole", resource: "clusterroles", namespaced: false },
  *make(context, name): Task<AnyObject> {
    const { flags } = context;
    const labels = flags.map("aggregation-rule");
    const urls = flags.strings("non-resource-url");
    if (Object.keys(labels).length > 0) {
      if (flags.strings("verb").length + urls.length + flags.strings("resource").length > 0) {
        throw fail("aggregation rule must be specified without nonResourceURLs, resources or verbs");
      }
      const selectors = Object.entries(labels).map(([key, value]) => ({ matchLabels: { [key]: value } }));
      return { metadata: { name }, aggregationRule: { clusterRoleSelectors: selectors }, rules: null };
    }
    if (flags.strings("verb").length === 0) throw fail("at least one verb must be specified");
    if (urls.length === 0 && flags.strings("resource").length === 0) {
      throw fail("one of resource or nonResourceURL must be specified");
    }
    const rules = yield* rulesOf(context, false);
    if (urls.length > 0) rules.push({ nonResourceURLs: urls, verbs: [...new Set(flags.strings("verb"))] });
    return { metadata: { name }, rules };
  },
});

const SUBJECT_FLAGS: readonly Flag[] = [
  { name: "user", type: "array", help: "User to bind." },
  { name: "group", type: "array", help: "Group to bind." },
  { name: "serviceaccount", type: "array", help: "Service account to bind, as `namespace:name`." },
];

function subjectsOf({ flags }: Context): object[] {
  const named = (kind: string, names: readonly string[]): object[] =>
    names.map((name) => ({ kind, apiGroup: RBAC_GROUP, name }));
  const accounts = flags.strings("serviceaccount").map((text) => {
    const [namespace = "", name = "", more] = text.split(":");
    if (namespace === "" || name === "" || more !== undefined)
      throw fail("serviceaccount must be <namespace>:<name>");
    return { kind: "ServiceAccount", namespace, name };
  });
  return [...named("User", flags.strings("user")), ...named("Group", flags.strings("group")), ...accounts];
}

function binding(metadata: AnyMeta, kind: string, name: string, context: Context): AnyObject {
  const subjects = subjectsOf(context);
  return {
    metadata,
    roleRef: { apiGroup: RBAC_GROUP, kind, name },
    ...(subjects.length === 0 ? {} : { subjects }),
  };
}

export const createRoleBinding = creator({
  name: "rolebinding",
  summary: "Binds a role to users, groups and service accounts",
  usage: "rolebinding NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname]",
  flags: [
    { name: "clusterrole", type: "string", help: "Cluster role to bind." },
    { name: "role", type: "string", help: "Role to bind." },
    ...SUBJECT_FLAGS,
  ],
  target: { apiVersion: RBAC, kind: "RoleBinding", resource: "rolebindings", namespaced: true },
  failure: "failed to create rolebinding",
  make(context, name) {
    const role = context.flags.string("role");
    const clusterRole = context.flags.string("clusterrole");
    if ((role === "") === (clusterRole === ""))
      throw fail("exactly one of clusterrole or role must be specified");
    return binding({ name }, role === "" ? "ClusterRole" : "Role", role || clusterRole, context);
  },
});

export const createClusterRoleBinding = creator({
  name: "clusterrolebinding",
  summary: "Binds a cluster role to users, groups and service accounts",
  usage: "clusterrolebinding NAME --clusterrole=NAME [--user=username] [--group=groupname]",
  flags: [
    { name: "clusterrole", type: "string", help: "Cluster role to bind.", required: true },
    ...SUBJECT_FLAGS,
  ],
  target: {
    apiVersion: RBAC,
    kind: "ClusterRoleBinding",
    resource: "clusterrolebindings",
    namespaced: false,
  },
  failure: "failed to create clusterrolebinding",
  make: (context, name) => binding({ name }, "ClusterRole", context.flags.string("clusterrole"), context),
});

const ACCOUNT: Target = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  resource: "serviceaccounts",
  namespaced: true,
};

export const createServiceAccount = creator({
  name: "serviceaccount",
  aliases: ["sa"],
  summary: "Creates a service account",
  usage: "serviceaccount NAME [--dry-run=server|client|none]",
  target: ACCOUNT,
  failure: "failed to create serviceaccount",
  make: (_, name) => ({ metadata: { name } }),
});

export const createToken: Command = {
  name: "token",
  summary: "Asks for a token of a service account",
  usage: "create token SERVICE_ACCOUNT_NAME",
  flags: [
    ...PRINT_FLAGS,
    { name: "audience", type: "array", help: "Whom the token is for." },
    { name: "duration", type: "duration", default: "0s", help: "How long it is valid." },
    { name: "bound-object-kind", type: "string", help: "Kind of the object that the token lives with." },
    { name: "bound-object-name", type: "string", help: "Its name." },
    { name: "bound-object-uid", type: "string", help: "Its uid." },
  ],
  *run(context) {
    const { flags } = context;
    const name = nameOf(context);
    const spec: Record<string, unknown> = {};
    const audiences = flags.strings("audience");
    if (audiences.length > 0) spec["audiences"] = audiences;
    const seconds = flags.duration("duration") / 1_000_000;
    if (seconds < 0) throw fail("--duration must be greater than or equal to 0");
    if (seconds % 1 !== 0) throw fail("--duration cannot be expressed in units less than seconds");
    if (seconds > 0) spec["expirationSeconds"] = seconds;
    const kind = flags.string("bound-object-kind");
    const bound = flags.string("bound-object-name");
    if (kind !== "") {
      if (bound === "") throw fail("--bound-object-name is required if --bound-object-kind is provided");
      const uid = flags.string("bound-object-uid");
      const apiVersion = "v1";
      spec["boundObjectRef"] = { kind, apiVersion, name: bound, ...(uid === "" ? {} : { uid }) };
    } else if (bound !== "")
      throw fail("--bound-object-name can only be set if --bound-object-kind is provided");
    const path = `/api/v1/namespaces/${context.namespace}/serviceaccounts/${name}/token`;
    const body = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      metadata: {},
      spec,
      status: {},
    };
    const made = yield* context.rest.attempt<AnyObject>("POST", path, { body });
    if (made instanceof Failure) {
      throw made.status?.reason === "NotFound"
        ? fail(`failed to create token: ${made.message}`)
        : fail(`failed to create token: ${made.message}`);
    }
    if (flags.string("output") !== "") {
      context.out(objectPrinter(context, printRequest(context))(made));
      return 0;
    }
    const token = (made["status"] as { token?: string } | undefined)?.token ?? "";
    if (token === "") throw fail("failed to create token: no token in server response");
    context.out(`${token}\n`);
    return 0;
  },
};
