/** What completes the arguments of commands that take kinds and names. */
import type { Task } from "../../kernel/task";
import type { Context } from "../context";
import { Failure } from "../cli/failure";
import { preferredResources } from "../rest/mapper";
import type { ResourceInfo } from "../rest/discovery";
import { pathOf, resourceName, type AnyObject } from "../resource/info";

/** TYPE first, then names of that type; TYPE/NAME anywhere. */
export function* completeObjects(
  context: Context,
  before: readonly string[],
  typed: string,
): Task<readonly string[]> {
  const slash = typed.indexOf("/");
  if (slash >= 0) {
    const type = typed.slice(0, slash);
    return (yield* namesOf(context, type)).map((name) => `${type}/${name}`);
  }
  if (before.length === 0) return yield* completeTypes(context, typed);
  const [type = ""] = before;
  if (type.includes("/")) return [];
  const names = yield* namesOf(context, type);
  return names.filter((name) => !before.includes(name));
}

/** A pod, or TYPE/NAME; after it nothing. */
export function* completePods(
  context: Context,
  before: readonly string[],
  typed: string,
): Task<readonly string[]> {
  if (before.length > 0) return [];
  if (typed.includes("/")) return yield* completeObjects(context, before, typed);
  return yield* namesOf(context, "pods");
}

/** Names of one kind, wherever they stand among the arguments. */
export function completeNamesOf(type: string) {
  return function* (context: Context, before: readonly string[]): Task<readonly string[]> {
    return (yield* namesOf(context, type)).filter((name) => !before.includes(name));
  };
}

/** Kinds that can be listed, the last of a list with commas. */
export function* completeTypes(context: Context, typed: string): Task<readonly string[]> {
  const comma = typed.lastIndexOf(",") + 1;
  const all = yield* context.mapper.discovered();
  const listable = preferredResources(all).filter((r) => r.verbs.includes("get"));
  return listable
    .map((r) => typed.slice(0, comma) + resourceName(r))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Names of the objects of a kind in the command's namespace; none when it cannot be asked. */
export function* namesOf(context: Context, type: string): Task<readonly string[]> {
  try {
    const mapping = yield* context.resource(type);
    return yield* listNames(context, mapping, mapping.namespaced ? context.namespace : "");
  } catch (e) {
    if (e instanceof Failure) return [];
    throw e;
  }
}

function* listNames(context: Context, mapping: ResourceInfo, namespace: string): Task<readonly string[]> {
  const list = yield* context.rest.get<{ readonly items: readonly AnyObject[] }>(pathOf(mapping, namespace), {
    limit: "500",
  });
  return list.items.map((item) => item.metadata?.name ?? "");
}

export function* completeNamespaces(context: Context): Task<readonly string[]> {
  return yield* namesOf(context, "namespaces");
}

/** Containers of the pod that the first argument names. */
export function* completeContainers(context: Context): Task<readonly string[]> {
  const pod = (context.args[0] ?? "").replace(/^pods?\//, "");
  const mapping = yield* context.resource("pods");
  const object = yield* context.rest.get<AnyObject>(pathOf(mapping, context.namespace, pod));
  const spec = object["spec"] as
    | { containers?: { name: string }[]; initContainers?: { name: string }[] }
    | undefined;
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].map((c) => c.name);
}
