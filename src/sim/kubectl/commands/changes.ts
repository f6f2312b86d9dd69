/** What commands share that change objects they have read (kubectl `pkg/cmd/set/helper.go`). */
import { mergeSchemaOf } from "../../api/patch/merge-keys";
import type { Task } from "../../kernel/task";
import type { Command, Flag } from "../cli/command";
import { dryRunOf, operation, writeQuery, type DryRun } from "../cli/dry-run";
import { aggregate, fail, Failure } from "../cli/failure";
import type { Context } from "../context";
import { twoWayPatch } from "../patch/strategic";
import { objectPrinter, printRequest } from "../print/printers";
import type { ObjectPrinter } from "../print/request";
import { findObjects, mustFindObjects, type Selection } from "../resource/builder";
import { fileFlags, fileOptions } from "../resource/files";
import { pathOf, refOf, type AnyObject, type Info } from "../resource/info";

export const STRATEGIC_PATCH = "application/strategic-merge-patch+json";
export const MERGE_PATCH = "application/merge-patch+json";
export const JSON_PATCH = "application/json-patch+json";

export const SELECTOR_FLAG: Flag = {
  name: "selector",
  short: "l",
  type: "string",
  help: "Only objects with these labels.",
};
export const ALL_FLAG: Flag = { name: "all", type: "bool", help: "All objects of the kinds." };
export const LOCAL_FLAG: Flag = {
  name: "local",
  type: "bool",
  help: "Change what the files hold, and ask no server.",
};
/** Flags by which objects are chosen. */
export const CHOOSE_FLAGS: readonly Flag[] = [
  ...fileFlags("what to change"),
  SELECTOR_FLAG,
  ALL_FLAG,
  LOCAL_FLAG,
];

/** The part of the completion of a command's arguments. */
export type Complete = NonNullable<Command["complete"]>;

/** What flags and arguments choose; with `--local` the files alone. */
export function chosen(context: Context, args: readonly string[]): Selection {
  const { flags } = context;
  const local = flags.has("local") && flags.bool("local");
  const files = { ...fileOptions(flags, context.config.namespaceGiven), local };
  const common = { files, namespace: context.namespace, continueOnError: true };
  if (local) return common;
  return {
    ...common,
    args,
    labelSelector: flags.has("selector") ? flags.string("selector") : "",
    fieldSelector: flags.has("field-selector") ? flags.string("field-selector") : "",
    all: flags.has("all") && flags.bool("all"),
    latest: true,
  };
}

/** @throws Failure for a kind that kubectl has no types of */
export function requireType({ mapping }: Info): void {
  const { group, version, kind } = mapping;
  const apiVersion = group === "" ? version : `${group}/${version}`;
  if (mergeSchemaOf(apiVersion, kind) === undefined) {
    throw fail(
      `no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/scheme/scheme.go:28"`,
    );
  }
}

/** Objects of kinds that kubectl has types of. @throws Failure when any cannot be had */
export function* findTyped(context: Context, selection: Selection): Task<readonly Info[]> {
  const { infos } = yield* mustFindObjects(context, selection);
  infos.forEach(requireType);
  return infos;
}

/** As `findTyped`, with the failure for those that could not be had beside what was found. */
export function* findSomeTyped(
  context: Context,
  selection: Selection,
): Task<{ readonly infos: readonly Info[]; readonly failure: Failure | undefined }> {
  const { infos, failure } = yield* findObjects(context, selection);
  infos.forEach(requireType);
  return { infos, failure };
}

/** What to send to make one object of another; undefined when they are the same. */
export function patchBetween(before: AnyObject, after: AnyObject): unknown {
  const schema = mergeSchemaOf(before.apiVersion ?? "", before.kind ?? "");
  const patch = twoWayPatch(before, after, schema);
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** Sends a patch; gives the object as the server has it then. @throws Failure when it is refused */
export function* sendPatch(
  context: Context,
  info: Info,
  body: unknown,
  dryRun: DryRun,
  contentType = STRATEGIC_PATCH,
  subresource = "",
): Task<AnyObject> {
  const path = pathOf(info.mapping, info.namespace, info.name, subresource);
  const query = writeQuery(context, dryRun);
  return yield* context.rest.call<AnyObject>("PATCH", path, { query, body, contentType });
}

/** `deployments/web`; what comes of a file alone has its kind, and a line of its own (resource.Info ObjectName). */
export function objectName({ mapping, name }: Info): string {
  if (mapping.resource !== "") return `${mapping.resource}/${name}`;
  const kind = mapping.kind.toLowerCase();
  return `${mapping.group === "" ? kind : `${kind}.${mapping.group}`}/${name}\n`;
}

/** Makes printers for objects to which something was done. Documents of one printer are parts of one stream. */
export function donePrinter(context: Context, dryRun: DryRun): (done: string) => ObjectPrinter {
  const request = printRequest(context, "");
  return (done) => objectPrinter(context, { ...request, operation: operation(done, dryRun) });
}

export interface Changing {
  /** The object as it shall be. @throws Failure that names the object before it is printed */
  change(object: AnyObject, info: Info): AnyObject | Task<AnyObject>;
  /** As it is printed: `image updated`. */
  readonly done: string;
  /** What goes before a refusal of the server. */
  readonly refused: string;
  /** Failures that came up meanwhile and stand for themselves. */
  readonly failures?: Failure[];
}

/** Changes objects and sends what is other as a strategic merge patch; prints those that change. */
export function* changeAll(context: Context, infos: readonly Info[], changing: Changing): Task<number> {
  const dryRun = dryRunOf(context);
  const print = donePrinter(context, dryRun)(changing.done);
  const local = context.flags.bool("local") || dryRun === "client";
  const failures: Failure[] = changing.failures ?? [];
  const changed = yield* changedObjects(infos, changing);
  for (const { info, object, patch, failure } of changed) {
    if (failure !== undefined) {
      failures.push(fail(`error: ${objectName(info)} ${failure.message}\n`));
      continue;
    }
    if (patch === undefined) continue;
    if (local) {
      context.out(print(object), refOf(info));
      continue;
    }
    try {
      context.out(print(yield* sendPatch(context, info, patch, dryRun)), refOf(info));
    } catch (e) {
      if (!(e instanceof Failure)) throw e;
      failures.push(fail(`${changing.refused}${e.message}`));
    }
  }
  const failure = aggregate(failures);
  if (failure !== undefined) throw failure;
  return 0;
}

interface Changed {
  readonly info: Info;
  readonly object: AnyObject;
  readonly patch: unknown;
  readonly failure?: Failure;
}

/** All changes are worked out before any is sent. */
function* changedObjects(infos: readonly Info[], { change }: Changing): Task<readonly Changed[]> {
  const changed: Changed[] = [];
  for (const info of infos) {
    const before = info.object ?? {};
    try {
      const made = change(before, info);
      const object = isTask(made) ? yield* made : made;
      changed.push({ info, object, patch: patchBetween(before, object) });
    } catch (e) {
      if (!(e instanceof Failure)) throw e;
      changed.push({ info, object: before, patch: undefined, failure: e });
    }
  }
  return changed;
}

function isTask(made: AnyObject | Task<AnyObject>): made is Task<AnyObject> {
  return typeof (made as { next?: unknown }).next === "function";
}
