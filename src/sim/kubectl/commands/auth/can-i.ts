/** `kubectl auth can-i` (kubectl `pkg/cmd/auth/cani.go`). */
import type { Task } from "../../../kernel/task";
import type { Command } from "../../cli/command";
import { fail, Failure, silent } from "../../cli/failure";
import { completeTypes } from "../../complete/objects";
import type { Context } from "../../context";
import { RowOutput } from "../../print/output";
import type { ResourceInfo } from "../../rest/discovery";
import { ruleRows, type ResourceRule, type UrlRule } from "./rules";

const RESOURCE_VERBS: ReadonlySet<string> = new Set([
  "get",
  "list",
  "watch",
  "create",
  "update",
  "patch",
  "delete",
  "deletecollection",
  "use",
  "bind",
  "impersonate",
  "*",
  "approve",
  "sign",
  "escalate",
  "attest",
]);
const URL_VERBS: ReadonlySet<string> = new Set([
  "get",
  "put",
  "post",
  "head",
  "options",
  "delete",
  "patch",
  "*",
]);
/** Served, but not discovered: they are only impersonated. */
const HIDDEN_RESOURCES: ReadonlySet<string> = new Set(["users", "groups"]);
const REVIEWS = "/apis/authorization.k8s.io/v1";

export const canI: Command = {
  name: "can-i",
  summary: "Says whether one may do something",
  usage: "can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
  examples: ["kubectl auth can-i create pods", "kubectl auth can-i --list --as=ann"],
  flags: [
    { name: "all-namespaces", short: "A", type: "bool", help: "In all namespaces." },
    { name: "list", type: "bool", help: "List all that one may do." },
    { name: "no-headers", type: "bool", help: "Without headers." },
    { name: "quiet", short: "q", type: "bool", help: "Only the exit code." },
    { name: "subresource", type: "string", help: "A subresource, e.g. log." },
  ],
  *complete(context, before, typed) {
    if (before.length === 0) return [...RESOURCE_VERBS];
    return before.length === 1 ? yield* completeTypes(context, typed) : [];
  },
  run,
};

/** What is asked about. */
interface Question {
  readonly verb: string;
  readonly url: string;
  readonly group: string;
  readonly resource: string;
  readonly name: string;
  /** Undefined for what is not served. */
  readonly mapping: ResourceInfo | undefined;
}

function* run(context: Context): Task<number> {
  const { flags, args } = context;
  if (flags.bool("list")) {
    if (args.length > 0) throw fail("list option must be specified with no arguments");
    if (flags.bool("quiet") || flags.bool("all-namespaces") || flags.string("subresource") !== "") {
      throw fail("list option can't be specified with neither quiet, all-namespaces nor subresource options");
    }
    return yield* list(context);
  }
  const question = yield* questionOf(context);
  check(context, question);
  if (flags.bool("no-headers")) throw fail("--no-headers cannot be set without --list specified");
  return yield* ask(context, question);
}

function warn(context: Context, text: string): void {
  context.err(`Warning: ${text}\n\n`);
}

function* questionOf(context: Context): Task<Question> {
  const [verb, what, ...others] = context.args;
  if (verb === undefined || what === undefined || others.length > 0) {
    throw fail(
      "you must specify two arguments: verb resource or verb resource/resourceName.\n" +
        "See 'kubectl auth can-i -h' for help and examples.",
    );
  }
  const none = { verb, url: "", group: "", resource: "", name: "", mapping: undefined };
  if (what.startsWith("/")) return { ...none, url: what };
  const slash = what.indexOf("/");
  const type = slash < 0 ? what : what.slice(0, slash);
  const name = slash < 0 ? "" : what.slice(slash + 1);
  const mapping = type === "*" ? undefined : yield* mappingOf(context, type);
  if (mapping === undefined) return { ...none, resource: type, name };
  return { ...none, group: mapping.group, resource: mapping.resource, name, mapping };
}

/** Undefined, with a warning, for what is not served. */
function* mappingOf(context: Context, type: string): Task<ResourceInfo | undefined> {
  const lower = type.toLowerCase();
  try {
    return yield* context.resource(lower);
  } catch (e) {
    if (!(e instanceof Failure) || e.reason.type !== "text") throw e;
  }
  if (HIDDEN_RESOURCES.has(lower)) return undefined;
  const dot = lower.indexOf(".");
  const resource = dot < 0 ? lower : lower.slice(0, dot);
  const group = dot < 0 ? "" : ` in group '${lower.slice(dot + 1)}'`;
  warn(context, `the server doesn't have a resource type '${resource}'${group}`);
  return undefined;
}

function check(context: Context, { verb, url, mapping, resource }: Question): void {
  const { flags } = context;
  if (url !== "") {
    if (flags.string("subresource") !== "") throw fail("--subresource can not be used with NonResourceURL");
    if (!URL_VERBS.has(verb)) warn(context, `verb '${verb}' is not a known verb`);
    return;
  }
  if (resource === "" || flags.bool("all-namespaces")) return;
  if (mapping?.namespaced === false) {
    const group = mapping.group === "" ? "" : ` in group '${mapping.group}'`;
    warn(context, `resource '${mapping.resource}' is not namespace scoped${group}`);
  }
  if (!RESOURCE_VERBS.has(verb)) warn(context, `verb '${verb}' is not a known verb`);
}

interface Review {
  readonly status?: {
    readonly allowed?: boolean;
    readonly reason?: string;
    readonly evaluationError?: string;
  };
}

function* ask(context: Context, { verb, url, group, resource, name }: Question): Task<number> {
  const { flags, rest } = context;
  const namespace = flags.bool("all-namespaces") ? "" : context.namespace;
  const subresource = flags.string("subresource");
  const spec =
    url === ""
      ? { resourceAttributes: { namespace, verb, group, resource, subresource, name } }
      : { nonResourceAttributes: { verb, path: url } };
  const body = { kind: "SelfSubjectAccessReview", apiVersion: "authorization.k8s.io/v1", metadata: {}, spec };
  const { status = {} } = yield* rest.call<Review>("POST", `${REVIEWS}/selfsubjectaccessreviews`, { body });
  const why = [status.reason, status.evaluationError].filter((text) => text !== undefined && text !== "");
  const answer = status.allowed === true ? "yes" : ["no", ...why].join(" - ");
  if (!flags.bool("quiet")) context.out(`${answer}\n`);
  if (status.allowed !== true) throw silent();
  return 0;
}

interface RulesReview {
  readonly status?: {
    readonly incomplete?: boolean;
    readonly evaluationError?: string;
    readonly resourceRules?: readonly ResourceRule[];
    readonly nonResourceRules?: readonly UrlRule[];
  };
}

function* list(context: Context): Task<number> {
  const body = {
    kind: "SelfSubjectRulesReview",
    apiVersion: "authorization.k8s.io/v1",
    metadata: {},
    spec: { namespace: context.namespace },
  };
  const path = `${REVIEWS}/selfsubjectrulesreviews`;
  const { status = {} } = yield* context.rest.call<RulesReview>("POST", path, { body });
  if (status.incomplete === true) {
    context.err(`Warning: the list may be incomplete: ${status.evaluationError ?? ""}\n`);
  }
  const out = new RowOutput(context);
  if (!context.flags.bool("no-headers")) {
    out.row(["Resources", "Non-Resource URLs", "Resource Names", "Verbs"]);
  }
  for (const row of ruleRows(status.resourceRules ?? [], status.nonResourceRules ?? [])) out.row(row);
  out.flush();
  return 0;
}
