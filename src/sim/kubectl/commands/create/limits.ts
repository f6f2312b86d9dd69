/**
 * `kubectl create namespace`, `quota`, `poddisruptionbudget`, `priorityclass`
 * (kubectl `pkg/cmd/create/create_{namespace,quota,pdb,priorityclass}.go`).
 */
import { canonicalQuantity, quantityProblem } from "../../../api/quantity";
import { parseLabelSelector, SelectorError } from "../../../api/selector";
import { fail } from "../../cli/failure";
import { creator } from "./maker";

export const createNamespace = creator({
  name: "namespace",
  aliases: ["ns"],
  summary: "Creates a namespace",
  usage: "namespace NAME [--dry-run=server|client|none]",
  target: { apiVersion: "v1", kind: "Namespace", resource: "namespaces", namespaced: false },
  make: (_, name) => ({ metadata: { name }, spec: {}, status: {} }),
});

export const createQuota = creator({
  name: "quota",
  aliases: ["resourcequota"],
  summary: "Creates a quota",
  usage: "quota NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2]",
  examples: ["kubectl create quota small --hard=pods=10,cpu=4"],
  flags: [
    { name: "hard", type: "string", help: "Limits, as `resource=quantity`, separated by commas." },
    { name: "scopes", type: "string", help: "What counts, separated by commas." },
  ],
  target: { apiVersion: "v1", kind: "ResourceQuota", resource: "resourcequotas", namespaced: true },
  failure: "failed to create quota",
  make({ flags }, name) {
    const hard = quantities(flags.string("hard"));
    const scopes = flags.string("scopes");
    return {
      metadata: { name },
      spec: {
        ...(hard === undefined ? {} : { hard }),
        ...(scopes === "" ? {} : { scopes: scopes.split(",") }),
      },
      status: {},
    };
  },
});

/** `cpu=1,memory=2Gi` (`populateResourceListV1`). */
export function quantities(text: string): Record<string, string> | undefined {
  if (text === "") return undefined;
  const found: Record<string, string> = {};
  for (const pair of text.split(",")) {
    const parts = pair.split("=");
    if (parts.length !== 2) throw fail(`Invalid argument syntax ${pair}, expected <resource>=<value>`);
    const [key = "", amount = ""] = parts;
    const problem = quantityProblem(amount);
    if (problem !== undefined) throw fail(problem);
    found[key] = canonicalQuantity(amount);
  }
  return found;
}

export const createBudget = creator({
  name: "poddisruptionbudget",
  aliases: ["pdb"],
  summary: "Creates a disruption budget",
  usage: "poddisruptionbudget NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]",
  flags: [
    { name: "min-available", type: "string", help: "How many pods must stay, or which percentage." },
    { name: "max-unavailable", type: "string", help: "How many pods may be gone, or which percentage." },
    { name: "selector", type: "string", help: "Labels of the pods." },
  ],
  target: {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    resource: "poddisruptionbudgets",
    namespaced: true,
  },
  failure: "failed to create poddisruptionbudgets",
  make({ flags }, name) {
    const selector = flags.string("selector");
    const least = flags.string("min-available");
    const most = flags.string("max-unavailable");
    if (selector === "") throw fail("a selector must be specified");
    if (least === "" && most === "") throw fail("one of min-available or max-unavailable must be specified");
    if (least !== "" && most !== "") throw fail("min-available and max-unavailable cannot be both specified");
    const bound = least === "" ? { maxUnavailable: countOf(most) } : { minAvailable: countOf(least) };
    const status = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
    return { metadata: { name }, spec: { ...bound, selector: selectorOf(selector) }, status };
  },
});

function countOf(text: string): number | string {
  if (!/^(\d+%?)$/.test(text)) throw fail("invalid format specified for max-unavailable");
  return text.endsWith("%") ? text : Number(text);
}

/** A selector's text as an object (`metav1.ParseToLabelSelector`). */
export function selectorOf(text: string): object {
  try {
    parseLabelSelector(text);
  } catch (e) {
    if (e instanceof SelectorError) throw fail(`couldn't parse the selector string "${text}": ${e.message}`);
    throw e;
  }
  const matchLabels: Record<string, string> = {};
  const matchExpressions: object[] = [];
  for (const [, term = ""] of text.matchAll(/((?:[^,(]|\([^)]*\))+)/g)) {
    const set = /^\s*(\S+)\s+(in|notin)\s*\(([^)]*)\)\s*$/.exec(term);
    const equal = /^\s*([^=!\s]+)\s*(==?|!=)\s*(.*?)\s*$/.exec(term);
    if (set !== null) {
      const values = (set[3] ?? "").split(",").map((value) => value.trim());
      matchExpressions.push({ key: set[1], operator: set[2] === "in" ? "In" : "NotIn", values });
    } else if (equal !== null && equal[2] !== "!=") matchLabels[equal[1] ?? ""] = equal[3] ?? "";
    else if (equal !== null) matchExpressions.push({ key: equal[1], operator: "NotIn", values: [equal[3]] });
    else {
      const key = term.trim();
      const operator = key.startsWith("!") ? "DoesNotExist" : "Exists";
      matchExpressions.push({ key: key.replace(/^!\s*/, ""), operator });
    }
  }
  return {
    ...(Object.keys(matchLabels).length > 0 ? { matchLabels } : {}),
    ...(matchExpressions.length > 0 ? { matchExpressions } : {}),
  };
}

export const createPriorityClass = creator({
  name: "priorityclass",
  aliases: ["pc"],
  summary: "Creates a priority class",
  usage: "priorityclass NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]",
  flags: [
    { name: "value", type: "int32", default: "0", help: "The priority." },
    { name: "global-default", type: "bool", help: "For pods that name no class." },
    { name: "description", type: "string", help: "What it is for." },
    {
      name: "preemption-policy",
      type: "string",
      default: "PreemptLowerPriority",
      help: "PreemptLowerPriority or Never.",
    },
  ],
  target: {
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    resource: "priorityclasses",
    namespaced: false,
  },
  failure: "failed to create priorityclass",
  make({ flags }, name) {
    const description = flags.string("description");
    return {
      metadata: { name },
      value: flags.int("value"),
      ...(flags.bool("global-default") ? { globalDefault: true } : {}),
      ...(description === "" ? {} : { description }),
      preemptionPolicy: flags.string("preemption-policy"),
    };
  },
});
