/**
 * Finds what the arguments and flags of a command name: kinds with selectors, kinds with names, files (cli-runtime
 * `resource/builder.go`).
 */
import type { Task } from "../../kernel/task";
import type { Context } from "../context";
import { aggregate, fail, Failure, statusFailure } from "../cli/failure";
import type { Query } from "../rest/client";
import type { ResourceInfo } from "../rest/discovery";
import { fileInfos, type FileInfos, type FileOptions } from "./files";
import { gvrText, pathOf, type AnyObject, type Info } from "./info";

export interface Selection {
  /** TYPE, TYPE NAME…, TYPE/NAME…, TYPE,TYPE. */
  readonly args?: readonly string[] | undefined;
  readonly files?: FileOptions | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** `--all`. */
  readonly all?: boolean | undefined;
  readonly allNamespaces?: boolean | undefined;
  readonly namespace: string;
  /** A bare TYPE stands for all of its objects. */
  readonly bareTypeIsAll?: boolean | undefined;
  readonly subresource?: string | undefined;
  /** Objects a page; 0 for all at once. */
  readonly chunk?: number | undefined;
  readonly singleType?: boolean | undefined;
  /** Go on after a failure, and report all at the end. */
  readonly continueOnError?: boolean | undefined;
  /** Objects of files are read anew from the server. */
  readonly latest?: boolean | undefined;
  /** False: names are enough, nothing is read. */
  readonly requireObject?: boolean | undefined;
  /** False: a list stays a list. */
  readonly flatten?: boolean | undefined;
  readonly accept?: string | undefined;
  /** Goes with every read. */
  readonly query?: Query | undefined;
  /** Failures that do not count. */
  readonly ignore?: ((failure: Failure) => boolean) | undefined;
}

/** What was found, and how it was asked for. */
export interface Found {
  readonly infos: readonly Info[];
  /** All failures as one. */
  readonly failure: Failure | undefined;
  /** The user named exactly one object. */
  readonly single: boolean;
}

type Target =
  | { readonly type: "list"; readonly mapping: ResourceInfo; readonly namespace: string }
  | { readonly type: "one"; readonly info: Info }
  | { readonly type: "failure"; readonly failure: Failure };

interface Plan {
  readonly targets: readonly Target[];
  readonly single: boolean;
}

/** Collects all that a selection names. @throws Failure when the selection makes no sense */
export function* findObjects(context: Context, selection: Selection): Task<Found> {
  const infos: Info[] = [];
  const { failure, single } = yield* visitObjects(context, selection, function* (info) {
    infos.push(info);
  });
  return { infos, failure, single };
}

/** As `findObjects`; any failure ends the command. */
export function* mustFindObjects(context: Context, selection: Selection): Task<Found> {
  const found = yield* findObjects(context, selection);
  if (found.failure !== undefined) throw found.failure;
  return found;
}

/**
 * Visits all that a selection names, one by one, each read just before its visit.
 *
 * @returns failures as one: those that `visit` threw, then those of finding and reading
 * @throws Failure when the selection makes no sense
 */
export function* visitObjects(
  context: Context,
  selection: Selection,
  visit: (info: Info) => Task<void>,
): Task<{ readonly failure: Failure | undefined; readonly single: boolean }> {
  const plan = yield* planOf(context, selection);
  const ofVisits: Failure[] = [];
  const failures: Failure[] = [];
  const visiting = function* (info: Info): Task<void> {
    if (selection.continueOnError === true) yield* collecting(ofVisits, selection, () => visit(info));
    else yield* visit(info);
  };
  for (const target of plan.targets) {
    const go = yield* collecting(failures, selection, function* () {
      if (target.type === "failure") throw target.failure;
      if (target.type === "list") yield* visitList(context, selection, target, visiting, failures);
      else yield* visitOne(context, selection, target.info, visiting, failures);
    });
    if (!go) break;
  }
  return { failure: aggregate([...ofVisits, ...failures]), single: plan.single };
}

/** Runs a step; a failure is kept. @returns whether to go on */
function* collecting(failures: Failure[], selection: Selection, step: () => Task<void>): Task<boolean> {
  try {
    yield* step();
    return true;
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    if (selection.ignore?.(e) !== true) failures.push(e);
    return selection.continueOnError === true;
  }
}

function* visitOne(
  context: Context,
  selection: Selection,
  info: Info,
  visit: (info: Info) => Task<void>,
  failures: Failure[],
): Task<void> {
  const fromFile = info.source !== "";
  let { object } = info;
  if (
    (object === undefined && selection.requireObject !== false) ||
    (fromFile && selection.latest === true)
  ) {
    object = yield* readOne(context, selection, info);
  }
  yield* visitFlat(context, selection, { ...info, object }, visit, failures);
}

/** What is not there in a namespace that is not there either, is said of the namespace. */
function* readOne(context: Context, selection: Selection, info: Info): Task<AnyObject> {
  const path = pathOf(info.mapping, info.namespace, info.name, selection.subresource);
  try {
    return yield* context.rest.get<AnyObject>(path, selection.query ?? {}, selection.accept);
  } catch (e) {
    if (!(e instanceof Failure) || e.status?.reason !== "NotFound") throw e;
    if (info.namespace === "" || info.namespace === "default") throw e;
    const namespace = yield* context.rest.attempt("GET", `/api/v1/namespaces/${info.namespace}`);
    throw namespace instanceof Failure && namespace.status?.reason === "NotFound" ? namespace : e;
  }
}

function* visitList(
  context: Context,
  selection: Selection,
  { mapping, namespace }: { mapping: ResourceInfo; namespace: string },
  visit: (info: Info) => Task<void>,
  failures: Failure[],
): Task<void> {
  let token = "";
  do {
    const page = yield* listPage(context, selection, mapping, namespace, token);
    token = (page.metadata?.["continue"] as string | undefined) ?? "";
    yield* visitFlat(
      context,
      selection,
      { mapping, namespace, name: "", object: page, source: "" },
      visit,
      failures,
    );
  } while (token !== "");
}

function* listPage(
  context: Context,
  selection: Selection,
  mapping: ResourceInfo,
  namespace: string,
  token: string,
): Task<AnyObject> {
  const { labelSelector = "", fieldSelector = "", chunk = 0 } = selection;
  const query: Record<string, string> = { ...selection.query };
  if (labelSelector !== "") query["labelSelector"] = labelSelector;
  if (fieldSelector !== "") query["fieldSelector"] = fieldSelector;
  if (chunk > 0) query["limit"] = String(chunk);
  if (token !== "") query["continue"] = token;
  try {
    return yield* context.rest.get<AnyObject>(pathOf(mapping, namespace), query, selection.accept);
  } catch (e) {
    if (!(e instanceof Failure) || e.status === undefined) throw e;
    if (e.status.code !== 400 && e.status.code !== 404) throw e;
    const what =
      labelSelector === "" && fieldSelector === ""
        ? `Unable to list "${gvrText(mapping)}": `
        : `Unable to find "${gvrText(mapping)}" that match label selector "${labelSelector}", ` +
          `field selector "${fieldSelector}": `;
    throw statusFailure({ ...e.status, message: what + (e.status.message ?? "") });
  }
}

/** Visits the items of a list one by one, anything else as it is. */
function* visitFlat(
  context: Context,
  selection: Selection,
  info: Info,
  visit: (info: Info) => Task<void>,
  failures: Failure[],
): Task<void> {
  const items = selection.flatten === false ? undefined : itemsOf(info.object);
  if (items === undefined) {
    yield* visit(info);
    return;
  }
  for (const object of items) {
    const go = yield* collecting(failures, selection, function* () {
      yield* visit(yield* infoOf(context, object, info));
    });
    if (!go) return;
  }
}

/** The items of a list object, each with kind and apiVersion; undefined when it is none. */
export function itemsOf(object: AnyObject | undefined): readonly AnyObject[] | undefined {
  if (object === undefined || !Array.isArray(object["items"]) || object.kind?.endsWith("List") !== true)
    return undefined;
  const kind = object.kind.slice(0, -"List".length);
  return (object["items"] as readonly AnyObject[]).map((item) => {
    if (item.kind !== undefined && item.apiVersion !== undefined) return item;
    return { apiVersion: object.apiVersion ?? "", kind, ...item };
  });
}

function* infoOf(context: Context, object: AnyObject, of: Info): Task<Info> {
  const { kind = "", apiVersion = "", metadata = {} } = object;
  const same = kind === of.mapping.kind;
  const mapping = same ? of.mapping : yield* context.mapper.forKind(apiVersion, kind);
  return {
    mapping,
    namespace: metadata.namespace ?? "",
    name: metadata.name ?? "",
    object,
    source: of.source,
  };
}

function* planOf(context: Context, selection: Selection): Task<Plan> {
  const { files } = selection;
  const hasFiles = files !== undefined && files.filenames.length + (files.kustomize === "" ? 0 : 1) > 0;
  const named = yield* readArguments(context, selection);
  if (hasFiles) {
    if (named.types.length > 0) {
      throw fail(
        "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well",
      );
    }
    if (named.tuples.length > 0) {
      throw fail("resource/name arguments cannot be provided when a path is specified");
    }
    const found = yield* fileInfos(context, files, selection.namespace, selection.labelSelector);
    return { targets: fileTargets(found), single: found.single };
  }
  const bySelector =
    selection.all === true ||
    (selection.labelSelector ?? "").trim() !== "" ||
    (selection.fieldSelector ?? "").trim() !== "" ||
    (named.types.length > 0 && named.names.length === 0 && selection.bareTypeIsAll === true);
  if (bySelector) return yield* planSelector(context, selection, named);
  if (named.tuples.length > 0) return yield* planTuples(context, selection, named);
  if (named.names.length > 0) return yield* planNames(context, selection, named);
  if (named.types.length > 0) {
    for (const type of named.types) yield* context.resource(type);
    throw fail("resource(s) were provided, but no name was specified");
  }
  throw fail(MISSING_RESOURCE);
}

/** Objects and failures in the order of the documents. */
function fileTargets({ infos, failures }: FileInfos): Target[] {
  const targets: Target[] = [];
  for (let i = 0; i <= infos.length; i++) {
    for (const { at, failure } of failures) if (at === i) targets.push({ type: "failure", failure });
    const info = infos[i];
    if (info !== undefined) targets.push({ type: "one", info });
  }
  return targets;
}

const MISSING_RESOURCE = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

interface Named {
  readonly types: readonly string[];
  readonly names: readonly string[];
  readonly tuples: readonly (readonly [type: string, name: string])[];
}

/** Takes the arguments apart; categories become the kinds that they stand for. */
function* readArguments(context: Context, selection: Selection): Task<Named> {
  const args = crossed(selection.args ?? []);
  const slashes = args.filter((a) => a.includes("/")).length;
  if (slashes > 0 && slashes < args.length) {
    throw fail(
      "there is no need to specify a resource type as a separate argument when passing arguments in " +
        "resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource " +
        "resource/<resource_name>'",
    );
  }
  if (slashes > 0) return { types: [], names: [], tuples: args.map(tupleOf) };
  const [first, ...names] = args;
  if (first === undefined) return { types: [], names: [], tuples: [] };
  const types: string[] = [];
  for (const type of first.split(",")) types.push(...((yield* context.mapper.category(type)) ?? [type]));
  return { types: [...new Set(types)], names, tuples: [] };
}

/** `a,b c d` means `a/c a/d b/c b/d`. */
function crossed(args: readonly string[]): readonly string[] {
  const types = [...new Set((args[0] ?? "").split(","))];
  if (args.length < 2 || types.length < 2) return args;
  return types.flatMap((type) => args.slice(1).map((name) => `${type}/${name}`));
}

function tupleOf(text: string): [string, string] {
  const parts = text.split("/");
  if (parts.length !== 2) throw fail("arguments in resource/name form may not have more than one slash");
  const [type, name] = parts as [string, string];
  if (type === "" || name === "" || type.includes(",")) {
    throw fail("arguments in resource/name form must have a single resource and name");
  }
  return [type, name];
}

const MULTIPLE_TYPES = "you may only specify a single resource type";

function* planSelector(context: Context, selection: Selection, named: Named): Task<Plan> {
  const { labelSelector = "", fieldSelector = "", all = false } = selection;
  if (all && labelSelector.trim() !== "") {
    throw fail("setting 'all' parameter but found a non empty selector. ");
  }
  if (all && fieldSelector.trim() !== "") {
    throw fail("setting 'all' parameter but found a non empty selector. ");
  }
  if (named.names.length > 0) throw fail("name cannot be provided when a selector is specified");
  if (named.tuples.length > 0) {
    throw fail("selectors and the all flag cannot be used when passing resource/name arguments");
  }
  if (named.types.length === 0) throw fail("at least one resource must be specified to use a selector");
  if ((selection.subresource ?? "") !== "") {
    throw fail("subresource cannot be used when bulk resources are specified");
  }
  if (named.types.length > 1 && selection.singleType === true) throw fail(MULTIPLE_TYPES);
  const targets: Target[] = [];
  const seen = new Set<ResourceInfo>();
  for (const type of named.types) {
    const mapping = yield* context.resource(type);
    if (seen.has(mapping)) continue;
    seen.add(mapping);
    const namespace = mapping.namespaced && selection.allNamespaces !== true ? selection.namespace : "";
    targets.push({ type: "list", mapping, namespace });
  }
  return { targets, single: false };
}

function* planTuples(context: Context, selection: Selection, named: Named): Task<Plan> {
  const targets: Target[] = [];
  const types = new Set<ResourceInfo>();
  for (const [type, name] of named.tuples) {
    const mapping = yield* context.resource(type);
    types.add(mapping);
    targets.push({ type: "one", info: namedInfo(mapping, selection, name) });
  }
  if (types.size > 1 && selection.singleType === true) throw fail(MULTIPLE_TYPES);
  return { targets, single: named.tuples.length === 1 };
}

function* planNames(context: Context, selection: Selection, named: Named): Task<Plan> {
  if (named.types.length > 1) throw fail("you must specify only one resource");
  const mapping = yield* context.resource(named.types[0] as string);
  const targets = named.names.map((name): Target => ({
    type: "one",
    info: namedInfo(mapping, selection, name),
  }));
  return { targets, single: named.names.length === 1 };
}

function namedInfo(mapping: ResourceInfo, selection: Selection, name: string): Info {
  if (mapping.namespaced && selection.allNamespaces === true) {
    throw fail("a resource cannot be retrieved by name across all namespaces");
  }
  const namespace = mapping.namespaced ? selection.namespace : "";
  return { mapping, namespace, name, object: undefined, source: "" };
}
