/** What `label` and `annotate` share: both change maps in the metadata of objects. */
import type { Task } from "../../kernel/task";
import type { Flag } from "../cli/command";
import { DRY_RUN_FLAG, dryRunOf, fieldManagerFlag } from "../cli/dry-run";
import { fail } from "../cli/failure";
import type { Context } from "../context";
import { twoWayMergePatch } from "../patch/merge";
import { PRINT_FLAGS } from "../print/printers";
import { compareCodePoints } from "../../../shared/compare";
import { visitObjects } from "../resource/builder";
import { fileOptions, hasFiles } from "../resource/files";
import { refOf, type AnyObject, type Info } from "../resource/info";
import { CHOOSE_FLAGS, chosen, donePrinter, MERGE_PATCH, sendPatch } from "./changes";

export interface Marks {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

export const NO_RESOURCE =
  "one or more resources must be specified as <resource> <name> or <resource>/<name>";

export function markFlags(what: string, manager: string): readonly Flag[] {
  return [
    ...PRINT_FLAGS,
    ...CHOOSE_FLAGS,
    DRY_RUN_FLAG,
    fieldManagerFlag(manager),
    { name: "field-selector", type: "string", help: "Only objects with these fields." },
    { name: "list", type: "bool", help: `List each ${what}.` },
    { name: "overwrite", type: "bool", help: "Values that are there may become others." },
    { name: "resource-version", type: "string", help: "Only if the object is still of this version." },
  ];
}

/** How a command marks objects, and its words. */
export interface Marking {
  readonly plural: "labels" | "annotations";
  readonly onlyFiles: string;
  readonly nothing: string;
  readonly noFiles: string;
  readonly noResource: string;
  readonly check?: () => void;
  /** The object with its marks. @throws Failure when it may not have them */
  change(context: Context, info: Info, marks: Marks): Task<AnyObject>;
  done(context: Context, before: AnyObject, after: AnyObject): string;
}

export function* markObjects(
  context: Context,
  resources: readonly string[],
  marks: Marks,
  marking: Marking,
): Task<number> {
  const { flags } = context;
  const dryRun = dryRunOf(context);
  const list = flags.bool("list");
  if (list && flags.string("output") !== "") throw fail("--list and --output may not be specified together");
  const printer = donePrinter(context, dryRun);
  const annotated = printer("annotated");
  checkUse(context, resources, marks, marking);
  const version = flags.string("resource-version");
  const local = flags.bool("local") || dryRun === "client" || list;
  const selection = chosen(context, resources);
  const one = isSingle(context, resources);
  if (version !== "" && !one) throw fail("--resource-version may only be used with a single resource");
  const { failure } = yield* visitObjects(context, selection, function* (info) {
    const before = version === "" ? (info.object ?? {}) : withoutVersion(info.object ?? {});
    const changed = yield* marking.change(context, { ...info, object: before }, marks);
    const done = marking.done(context, before, changed);
    const after = local
      ? changed
      : yield* sendPatch(context, info, twoWayMergePatch(before, changed), dryRun, MERGE_PATCH);
    if (list) printList(context, info, after, marking.plural, one);
    else context.out((done === "annotated" ? annotated : printer(done))(after), refOf(info));
  });
  if (failure !== undefined) throw failure;
  return 0;
}

function checkUse(context: Context, resources: readonly string[], marks: Marks, words: Marking): void {
  const { flags } = context;
  if (flags.bool("all") && flags.string("selector") !== "")
    throw fail("cannot set --all and --selector at the same time");
  if (flags.bool("all") && flags.string("field-selector") !== "")
    throw fail("cannot set --all and --field-selector at the same time");
  const files = hasFiles(fileOptions(flags, false));
  if (flags.bool("local")) {
    if (dryRunOf(context) === "server")
      throw fail("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
    if (resources.length > 0) throw fail(words.onlyFiles);
    if (!files) throw fail(words.noFiles);
  } else if (resources.length === 0 && !files) throw fail(words.noResource);
  if (marks.set.size === 0 && marks.remove.length === 0 && !flags.bool("list")) throw fail(words.nothing);
  words.check?.();
}

/** Does the user name exactly one object? */
function isSingle({ flags }: Context, resources: readonly string[]): boolean {
  if (flags.bool("all") || flags.string("selector") !== "" || flags.string("field-selector") !== "")
    return false;
  const files = fileOptions(flags, false);
  if (hasFiles(files)) return files.filenames.length === 1;
  const [first = ""] = resources;
  return first.includes("/") ? resources.length === 1 : resources.length === 2 && !first.includes(",");
}

function withoutVersion(object: AnyObject): AnyObject {
  const { resourceVersion: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata };
}

/** An object with marks set and removed. `version`: the version that it is to have; `""` for any. */
export function withMarks(
  object: AnyObject,
  plural: "labels" | "annotations",
  { set, remove }: Marks,
  version: string,
): AnyObject {
  const all: Record<string, string> = { ...object.metadata?.[plural], ...Object.fromEntries(set) };
  for (const key of remove) delete all[key];
  const metadata = { ...object.metadata, [plural]: all };
  return { ...object, metadata: version === "" ? metadata : { ...metadata, resourceVersion: version } };
}

function printList(
  context: Context,
  info: Info,
  object: AnyObject,
  plural: "labels" | "annotations",
  one: boolean,
): void {
  const { group, kind } = info.mapping;
  const ref = refOf(info);
  if (!one) context.out(`Listing ${plural} for ${kind}.${group}/${info.name}:\n`, ref);
  const map = object.metadata?.[plural] ?? {};
  for (const key of Object.keys(map).sort(compareCodePoints)) {
    context.out(`${one ? "" : " "}${key}=${map[key]}\n`, ref);
  }
}
