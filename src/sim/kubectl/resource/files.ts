/** `-f`, `-R` and `-k`: which files, and the objects in them. */
import { fits, wildcards } from "../../../shared/wildcards";
import { trimEnd } from "../../../shared/trim";
import type { Task } from "../../kernel/task";
import { parseLabelSelector, SelectorError, type Selector } from "../../api/selector";
import { fail, Failure } from "../cli/failure";
import type { Flag } from "../cli/command";
import type { FlagValues } from "../cli/flags";
import { goQuote } from "../cli/quote";
import { resolvePath } from "../config/paths";
import type { Context } from "../context";
import type { ResourceInfo } from "../rest/discovery";
import { readObjects, type LoadedObject } from "./documents";
import type { AnyObject, Info } from "./info";

export interface FileOptions {
  readonly filenames: readonly string[];
  readonly recursive: boolean;
  readonly kustomize: string;
  /** The namespace was asked for: objects of another one are refused. */
  readonly requireNamespace: boolean;
  /** No server is asked: kinds are what the files call them. */
  readonly local?: boolean;
}

const EXTENSIONS = [".json", ".yaml", ".yml"];

/** The flags by which commands take files. `what`: what the files are for. */
export function fileFlags(what: string): readonly Flag[] {
  return [
    { name: "filename", short: "f", type: "strings", help: `File, folder or \`-\` that says ${what}.` },
    { name: "kustomize", short: "k", type: "string", help: "Folder of a kustomization. Not simulated." },
    { name: "recursive", short: "R", type: "bool", help: "Go through folders of -f to the bottom." },
  ];
}

export function fileOptions(flags: FlagValues, requireNamespace: boolean): FileOptions {
  return {
    filenames: flags.has("filename") ? flags.strings("filename") : [],
    recursive: flags.has("recursive") && flags.bool("recursive"),
    kustomize: flags.has("kustomize") ? flags.string("kustomize") : "",
    requireNamespace,
  };
}

export function hasFiles(options: FileOptions): boolean {
  return options.filenames.length > 0 || options.kustomize !== "";
}

/** What files hold. `at`: before which of the infos a document stood that is none. */
export interface FileInfos {
  readonly infos: readonly Info[];
  readonly failures: readonly { readonly at: number; readonly failure: Failure }[];
  readonly single: boolean;
}

/** Runs a step whose failure is a value. */
function* attempted<T>(step: Task<T>): Task<T | Failure> {
  try {
    return yield* step;
  } catch (e) {
    if (e instanceof Failure) return e;
    throw e;
  }
}

/** @throws Failure when a file is missing, unreadable, or its objects are of kinds that are not served */
export function* fileInfos(
  context: Context,
  options: FileOptions,
  namespace: string,
  labelSelector = "",
): Task<FileInfos> {
  const loaded: (LoadedObject | Failure)[] = [];
  for (const part of yield* readFiles(context, options)) loaded.push(...readObjects(part.text, part.source));
  const infos: Info[] = [];
  const failures: { readonly at: number; readonly failure: Failure }[] = [];
  for (const each of loaded.flatMap((l): (LoadedObject | Failure)[] =>
    l instanceof Failure ? [l] : flattened(l),
  )) {
    const info =
      each instanceof Failure
        ? each
        : yield* attempted(
            options.local === true
              ? localInfo(each.object, each.source)
              : infoOfFile(context, each.object, each.source, namespace, options.requireNamespace),
          );
    if (info instanceof Failure) failures.push({ at: infos.length, failure: info });
    else infos.push(info);
  }
  const chosen = labelSelector.trim() === "" ? infos : withLabels(infos, labelSelector);
  const [only] = options.filenames;
  const folder =
    only === undefined || only === "-" || context.io.files.list(resolvePath(context.io, only)) !== undefined;
  const single = options.filenames.length === 1 && !folder && infos.length === 1 && failures.length === 0;
  return { infos: chosen, failures, single };
}

function withLabels(infos: readonly Info[], text: string): readonly Info[] {
  const selector = selectorOf(text);
  return infos.filter((info) => selector.matches(info.object?.metadata?.labels));
}

function selectorOf(text: string): Selector {
  try {
    return parseLabelSelector(text);
  } catch (e) {
    if (!(e instanceof SelectorError)) throw e;
    throw fail(`the provided selector ${goQuote(text)} is not valid: ${e.message}`);
  }
}

export function flattened(loaded: LoadedObject): LoadedObject[] {
  const { object, source } = loaded;
  const items = object["items"];
  if (!String(object["kind"]).endsWith("List") || !Array.isArray(items)) return [loaded];
  const kind = String(object["kind"]).slice(0, -"List".length);
  const defaults = kind === "" ? {} : { kind, apiVersion: object["apiVersion"] };
  return (items as Record<string, unknown>[]).flatMap((item) =>
    flattened({ object: { ...defaults, ...item }, source }),
  );
}

/** Of an object that no server is asked about. */
function* localInfo(object: Record<string, unknown>, source: string): Task<Info> {
  yield* [];
  const typed = object as AnyObject;
  const { kind = "", apiVersion = "", metadata = {} } = typed;
  const at = apiVersion.lastIndexOf("/");
  const mapping: ResourceInfo = {
    group: at < 0 ? "" : apiVersion.slice(0, at),
    version: apiVersion.slice(at + 1),
    kind,
    resource: "",
    singular: "",
    namespaced: (metadata.namespace ?? "") !== "",
    verbs: [],
    shortNames: [],
    categories: [],
    subresources: [],
  };
  return { mapping, namespace: metadata.namespace ?? "", name: metadata.name ?? "", object: typed, source };
}

function* infoOfFile(
  context: Context,
  object: Record<string, unknown>,
  source: string,
  namespace: string,
  requireNamespace: boolean,
): Task<Info> {
  const typed = object as AnyObject;
  const { kind = "", apiVersion = "" } = typed;
  const mapping = yield* mappingOf(context, apiVersion, kind, typed, source);
  const { name = "", namespace: own = "" } = typed.metadata ?? {};
  if (!mapping.namespaced) return { mapping, namespace: "", name, object: typed, source };
  if (requireNamespace && own !== "" && own !== namespace) {
    throw fail(
      `the namespace from the provided object ${goQuote(own)} does not match the namespace ${goQuote(namespace)}. ` +
        `You must pass '--namespace=${own}' to perform this operation.`,
    );
  }
  const chosen = own === "" ? namespace : own;
  const placed: AnyObject =
    own === "" ? { ...typed, metadata: { ...typed.metadata, namespace: chosen } } : typed;
  return { mapping, namespace: chosen, name, object: placed, source };
}

export function* mappingOf(
  context: Context,
  apiVersion: string,
  kind: string,
  object: AnyObject,
  source: string,
) {
  try {
    return yield* context.mapper.forKind(apiVersion, kind);
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    if (e.reason.type === "transport") {
      throw fail(`unable to recognize ${goQuote(source)}: ${e.reason.url}: ${e.reason.message}`);
    }
    const { name = "", namespace = "" } = object.metadata ?? {};
    throw fail(
      `resource mapping not found for name: ${goQuote(name)} namespace: ${goQuote(namespace)} ` +
        `from ${goQuote(source)}: ` +
        `${e.message}\nensure CRDs are installed first`,
    );
  }
}

interface FileText {
  readonly text: string;
  readonly source: string;
}

function* readFiles(context: Context, options: FileOptions): Task<FileText[]> {
  if (options.filenames.length > 0 && options.kustomize !== "")
    throw fail("only one of -f or -k can be specified");
  if (options.kustomize !== "")
    throw fail("kustomizations (-k) are not simulated: build them elsewhere and pass -f");
  if (options.recursive && options.filenames.length === 0)
    throw fail("the -R flag can't be used with -k or without -f");
  const found: FileText[] = [];
  for (const name of options.filenames) {
    if (name === "-") found.push({ text: yield* context.io.input.rest(), source: "STDIN" });
    else if (/^https?:\/\//.test(name))
      throw fail(`${name}: the workstation reaches nothing outside the simulated network`);
    else found.push(...readPath(context, name, options.recursive));
  }
  return found;
}

function readPath(context: Context, name: string, recursive: boolean): FileText[] {
  const { files } = context.io;
  const path = resolvePath(context.io, name);
  const text = files.read(path);
  if (text !== undefined) return [{ text, source: name }];
  if (files.list(path) !== undefined) {
    const inside = readFolder(context, name, recursive);
    if (inside.length > 0) return inside;
    throw fail(`error reading [${name}]: recognized file extensions are [${EXTENSIONS.join(" ")}]`);
  }
  const matches = glob(context, name);
  if (matches.length === 0) throw fail(`the path ${goQuote(name)} does not exist`);
  return matches.flatMap((match) => readPath(context, match, recursive));
}

function readFolder(context: Context, name: string, recursive: boolean): FileText[] {
  const { files } = context.io;
  const base = trimEnd(name, "/");
  return (files.list(resolvePath(context.io, name)) ?? []).flatMap((entry) => {
    const full = base === "" ? `/${entry}` : `${base}/${entry}`;
    if (entry.endsWith("/")) return recursive ? readFolder(context, full, true) : [];
    const text = EXTENSIONS.some((x) => entry.endsWith(x))
      ? files.read(resolvePath(context.io, full))
      : undefined;
    return text === undefined ? [] : [{ text, source: full }];
  });
}

/** Files whose last part matches `*` and `?`. */
function glob(context: Context, pattern: string): string[] {
  const at = pattern.lastIndexOf("/");
  const folder = pattern.slice(0, at + 1);
  const last = pattern.slice(at + 1);
  if (!/[*?]/.test(last)) return [];
  const wanted = wildcards(last, "*?");
  const entries = context.io.files.list(resolvePath(context.io, folder === "" ? "." : folder)) ?? [];
  return entries.filter((e) => fits(e, wanted)).map((e) => folder + e.replace(/\/$/, ""));
}
