/** `kubectl taint` (kubectl `pkg/cmd/taint/taint.go`). */
import type { Task } from "../../kernel/task";
import type { Taint } from "../../api/types";
import type { Command } from "../cli/command";
import { DRY_RUN_FLAG, dryRunOf, fieldManagerFlag, VALIDATE_FLAG } from "../cli/dry-run";
import { aggregate, fail } from "../cli/failure";
import { goQuote } from "../cli/quote";
import { completeNamesOf } from "../complete/objects";
import type { Context } from "../context";
import { objectPrinter, PRINT_FLAGS, printRequest } from "../print/printers";
import { visitObjects } from "../resource/builder";
import { refOf, type AnyObject, type Info } from "../resource/info";
import { ALL_FLAG, patchBetween, SELECTOR_FLAG, sendPatch } from "./changes";
import { parseTaints, sameTaint, type TaintChanges } from "./taint-arguments";

const NODE_TYPES: ReadonlySet<string> = new Set(["node", "nodes", "no"]);

export const taint: Command = {
  name: "taint",
  group: "cluster",
  summary: "Sets and removes taints of nodes",
  usage: "taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
  examples: ["kubectl taint node worker-1 disk=slow:NoSchedule", "kubectl taint node worker-1 disk-"],
  flags: [
    ...PRINT_FLAGS,
    SELECTOR_FLAG,
    ALL_FLAG,
    DRY_RUN_FLAG,
    VALIDATE_FLAG,
    fieldManagerFlag("kubectl-taint"),
    { name: "overwrite", type: "bool", help: "Taints that are there may get another value." },
  ],
  *complete(context, before) {
    if (before.length === 0) return ["node"];
    return yield* completeNamesOf("nodes")(context, before.slice(1));
  },
  run,
};

function* run(context: Context): Task<number> {
  const { flags } = context;
  const dryRun = dryRunOf(context);
  const { resources, changes } = readArguments(context);
  check(context, resources, changes);
  const named = flags.bool("all") || flags.string("selector") !== "" ? [] : resources.slice(1);
  const selection = {
    args: ["nodes", ...named],
    namespace: "",
    labelSelector: flags.string("selector"),
    all: flags.bool("all"),
    continueOnError: true,
    latest: true,
  };
  const request = printRequest(context);
  const { failure } = yield* visitObjects(context, selection, function* (info) {
    const before = info.object ?? {};
    const { done, object } = changed(info, changes, flags.bool("overwrite"));
    const after =
      dryRun === "client"
        ? object
        : yield* sendPatch(context, info, patchBetween(before, object) ?? {}, dryRun);
    context.out(objectPrinter(context, { ...request, operation: done })(after), refOf(info));
  });
  if (failure !== undefined) throw failure;
  return 0;
}

function readArguments(context: Context): {
  readonly resources: readonly string[];
  readonly changes: TaintChanges;
} {
  const { args } = context;
  const isTaint = (arg: string): boolean => arg.includes("=") || arg.includes(":") || arg.endsWith("-");
  const first = args.findIndex(isTaint);
  const resources = first < 0 ? args : args.slice(0, first);
  const specs = first < 0 ? [] : args.slice(first);
  const late = specs.find((arg) => !isTaint(arg));
  if (late !== undefined) throw fail(`all resources must be specified before taint changes: ${late}`);
  if (resources.length === 0) throw fail("one or more resources must be specified as <resource> <name>");
  if (specs.length === 0) throw fail("at least one taint update is required");
  const changes = parseTaints(specs);
  if (typeof changes === "string") throw context.usage(changes);
  return { resources, changes };
}

function check({ flags }: Context, resources: readonly string[], { add, remove }: TaintChanges): void {
  const [type = ""] = resources;
  if (!NODE_TYPES.has(type.toLowerCase())) {
    throw fail(`invalid resource type ${type}, only node types are supported`);
  }
  const both = add.flatMap((a) =>
    remove
      .filter((r) => a.key === r.key && (r.effect === "" || a.effect === r.effect))
      .map((r) => `${r.key}=${r.effect}`),
  );
  if (both.length > 0) {
    throw fail(
      `can not both modify and remove the following taint(s) in the same command: ${both.join(", ")}`,
    );
  }
  const [all, selector] = [flags.bool("all"), flags.string("selector")];
  if (all && selector !== "") throw fail("setting 'all' parameter with a non empty selector is prohibited");
  if (!all && selector === "" && resources.length < 2)
    throw fail("at least one resource name must be specified since 'all' parameter is not set");
}

/** A node with other taints: those that are set first, then those that stay. @throws Failure when it may not be */
function changed(
  info: Info,
  { add, remove }: TaintChanges,
  overwrite: boolean,
): { readonly done: string; readonly object: AnyObject } {
  const object = info.object ?? {};
  const spec = (object["spec"] ?? {}) as { readonly taints?: readonly Taint[] };
  const old = spec.taints ?? [];
  if (!overwrite) {
    const taken = add.filter((a) => old.some((o) => sameTaint(o, a))).map((a) => a.key);
    if (taken.length > 0) {
      throw fail(
        `node ${info.name} already has ${taken.join(",")} taint(s) with same effect(s) and --overwrite is false`,
      );
    }
  }
  let taints: readonly Taint[] = [...add, ...old.filter((o) => !add.some((a) => sameTaint(a, o)))];
  const added = taints.length !== old.length;
  let deleted = false;
  const missing: string[] = [];
  for (const r of remove) {
    const left = taints.filter((t) => t.key !== r.key || (r.effect !== "" && t.effect !== r.effect));
    deleted = left.length < taints.length;
    if (!deleted) missing.push(r.effect === "" ? r.key : `${r.key}:${r.effect}`);
    taints = left;
  }
  const failure = aggregate(missing.map((text) => fail(`taint ${goQuote(text)} not found`)));
  if (failure !== undefined) throw failure;
  const done = (added && deleted) || overwrite ? "modified" : added ? "tainted" : "untainted";
  const { taints: _, ...rest } = spec;
  return { done, object: { ...object, spec: taints.length > 0 ? { ...rest, taints } : rest } };
}
