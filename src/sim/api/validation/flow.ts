/**
 * Rules of priority and fairness (`pkg/apis/flowcontrol/validation/validation.go`).
 */
import { duplicate, forbiddenField, invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import type { FlowPathRule, FlowResourceRule, FlowRule, FlowSubject, QueuingConfiguration } from "../types";
import { isDns1123Label, isDns1123Subdomain } from "./names";

const ALL = "*";
const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"];
const SUBJECT_KINDS = ["Group", "ServiceAccount", "User"];
const QUEUES_MAX = 10_000_000;
/** Bits of the hash by which a flow's queues are chosen. */
const HASH_BITS = 60;

export function validateFlowRule(rule: Partial<FlowRule>, at: string, errors: FieldError[]): void {
  const { subjects = [], resourceRules = [], nonResourceRules = [] } = rule;
  if (subjects.length === 0)
    errors.push(required(`${at}.subjects`, "subjects must contain at least one value"));
  for (const [i, subject] of subjects.entries()) validateSubject(subject, `${at}.subjects[${i}]`, errors);
  if (resourceRules.length === 0 && nonResourceRules.length === 0) {
    errors.push(required(at, "at least one of resourceRules and nonResourceRules has to be non-empty"));
  }
  for (const [i, r] of resourceRules.entries()) validateResourceRule(r, `${at}.resourceRules[${i}]`, errors);
  for (const [i, r] of nonResourceRules.entries())
    validatePathRule(r, `${at}.nonResourceRules[${i}]`, errors);
}

const MEMBERS = { User: "user", Group: "group", ServiceAccount: "serviceAccount" } as const;

function validateSubject(subject: FlowSubject, at: string, errors: FieldError[]): void {
  const kind = subject.kind as keyof typeof MEMBERS;
  if (!Object.hasOwn(MEMBERS, kind)) {
    errors.push(notSupported(`${at}.kind`, kind, SUBJECT_KINDS));
    return;
  }
  const own = MEMBERS[kind];
  const named = subject[own];
  if (named === undefined) {
    errors.push(required(`${at}.${own}`, `${own} is required when subject kind is '${kind}'`));
  } else {
    if ((named.name ?? "") === "") errors.push(required(`${at}.${own}.name`));
    if (kind === "ServiceAccount") validateAccount(subject.serviceAccount!, `${at}.${own}`, errors);
  }
  for (const [other, member] of Object.entries(MEMBERS)) {
    if (member === own || subject[member] === undefined) continue;
    const text = `${member} is forbidden when subject kind is not '${other}'`;
    errors.push(forbiddenField(`${at}.${member}`, text));
  }
}

function validateAccount(
  { name = "", namespace = "" }: Partial<NonNullable<FlowSubject["serviceAccount"]>>,
  at: string,
  errors: FieldError[],
): void {
  if (name !== "" && name !== ALL) {
    for (const text of isDns1123Subdomain(name, false)) errors.push(invalid(`${at}.name`, name, text));
  }
  if (namespace === "") {
    errors.push(required(`${at}.namespace`, "must specify namespace for service account"));
    return;
  }
  for (const text of isDns1123Label(namespace, false))
    errors.push(invalid(`${at}.namespace`, namespace, text));
}

/** A list that is not empty, with `*` standing alone. */
function validateList(
  list: readonly string[],
  at: string,
  empty: string,
  what: string,
  errors: FieldError[],
) {
  if (list.length === 0) errors.push(required(at, empty));
  else if (list.length > 1 && list.includes(ALL)) {
    errors.push(invalid(at, list, `if '*' is present, must not specify other ${what}`));
  }
}

function validateVerbs(verbs: readonly string[], at: string, errors: FieldError[]): void {
  validateList(verbs, at, "verbs must contain at least one value", "verbs", errors);
  if (!verbs.includes(ALL) && verbs.some((verb) => !VERBS.includes(verb))) {
    errors.push(notSupported(at, verbs, VERBS));
  }
}

function validateResourceRule(rule: Partial<FlowResourceRule>, at: string, errors: FieldError[]): void {
  const { verbs = [], apiGroups = [], resources = [], namespaces = [], clusterScope = false } = rule;
  validateVerbs(verbs, `${at}.verbs`, errors);
  const noGroup = "resource rules must supply at least one api group";
  validateList(apiGroups, `${at}.apiGroups`, noGroup, "api groups", errors);
  const noResource = "resource rules must supply at least one resource";
  validateList(resources, `${at}.resources`, noResource, "resources", errors);
  if (namespaces.length === 0 && clusterScope) return;
  const none = "resource rules that are not cluster scoped must supply at least one namespace";
  validateList(namespaces, `${at}.namespaces`, none, "namespaces", errors);
  if (namespaces.includes(ALL)) return;
  for (const [i, namespace] of namespaces.entries()) {
    for (const text of isDns1123Label(namespace, false)) {
      const why = `each member of this list must be '*' or a DNS-1123 label; ${text}`;
      errors.push(invalid(`${at}.namespaces[${i}]`, namespace, why));
    }
  }
}

function validatePathRule(rule: Partial<FlowPathRule>, at: string, errors: FieldError[]): void {
  const { verbs = [], nonResourceURLs = [] } = rule;
  validateVerbs(verbs, `${at}.verbs`, errors);
  const none = "nonResourceURLs must contain at least one value";
  validateList(nonResourceURLs, `${at}.nonResourceURLs`, none, "non-resource URLs", errors);
  if (nonResourceURLs.includes(ALL)) return;
  for (const [i, path] of nonResourceURLs.entries()) {
    const text = complaintOfPath(path);
    if (text !== undefined) errors.push(invalid(`${at}.nonResourceURLs[${i}]`, path, text));
  }
}

function complaintOfPath(path: string): string | undefined {
  if (path === "") return "must not be empty";
  if (path === "/") return undefined;
  if (!path.startsWith("/")) return "must start with slash";
  if (path.includes(" ")) return "must not contain white-space";
  if (path.includes("//")) return "must not contain double slash";
  const star = path.indexOf("*");
  const atEnd = star === path.length - 1 && path.endsWith("/*");
  return star < 0 || atEnd ? undefined : "wildcard can only do suffix matching";
}

export function validateQueuing(
  { queues = 0, handSize = 0, queueLengthLimit = 0 }: QueuingConfiguration,
  at: string,
  errors: FieldError[],
): void {
  if (queueLengthLimit <= 0)
    errors.push(invalid(`${at}.queueLengthLimit`, queueLengthLimit, "must be positive"));
  if (queues <= 0) errors.push(invalid(`${at}.queues`, queues, "must be positive"));
  else if (queues > QUEUES_MAX) {
    errors.push(invalid(`${at}.queues`, queues, `must not be greater than ${QUEUES_MAX}`));
  }
  const badHand = (text: string) => errors.push(invalid(`${at}.handSize`, handSize, text));
  if (handSize <= 0) badHand("must be positive");
  else if (handSize > queues) badHand(`should not be greater than queues (${queues})`);
  else if (needsMoreBits(queues, handSize)) {
    badHand(
      `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${HASH_BITS}`,
    );
  }
}

/** Whether a hash has too few bits to choose every card of a hand (apiserver `pkg/util/shufflesharding`). */
function needsMoreBits(queues: number, handSize: number): boolean {
  let hands = 1n;
  for (let i = 0; i < handSize && queues > 1; i++) {
    hands *= BigInt(queues);
    if (hands > 1n << BigInt(HASH_BITS)) return true;
  }
  return false;
}

export function validateConditionTypes(
  conditions: readonly { readonly type?: string }[] | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, { type = "" }] of (conditions ?? []).entries()) {
    const at = `status.conditions[${i}].type`;
    if (seen.has(type)) errors.push(duplicate(at, type));
    seen.add(type);
    if (type === "") errors.push(required(at, "must not be empty"));
  }
  return errors;
}
