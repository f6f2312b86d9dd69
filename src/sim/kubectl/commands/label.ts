/** `kubectl label` (kubectl `pkg/cmd/label/label.go`). */
import { isLabelValue } from "../../api/validation/names";
import type { Task } from "../../kernel/task";
import type { Command } from "../cli/command";
import { dryRunOf } from "../cli/dry-run";
import { aggregate, fail } from "../cli/failure";
import { goQuote } from "../cli/quote";
import { completeObjects } from "../complete/objects";
import type { Context } from "../context";
import { compactJson } from "../print/json";
import type { AnyObject, Info } from "../resource/info";
import { markFlags, markObjects, NO_RESOURCE, withMarks, type Marks } from "./marks";
import { splitArguments } from "./pairs";

export const label: Command = {
  name: "label",
  group: "settings",
  summary: "Sets and removes labels",
  usage:
    "label [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
  examples: ["kubectl label pod web-1 tier=front", "kubectl label nodes --all disk-"],
  flags: markFlags("label", "kubectl-label"),
  complete: completeObjects,
  *run(context) {
    const { resources, pairs } = splitArguments(context.args, "label");
    const marks = parseLabels(pairs);
    return yield* markObjects(context, resources, marks, {
      plural: "labels",
      onlyFiles: "can only use local files by -f pod.yaml or --filename=pod.json when --local=true is set",
      nothing: "at least one label update is required",
      noFiles: "one or more files must be specified as -f pod.yaml or --filename=pod.json",
      noResource: NO_RESOURCE,
      change: changeLabels,
      done: doneWith,
    });
  },
};

/** @throws Failure for what is no label */
function parseLabels(pairs: readonly string[]): Marks {
  const set = new Map<string, string>();
  const remove: string[] = [];
  for (const pair of pairs) {
    if (pair.includes("=")) {
      const [key = "", value = "", ...more] = pair.split("=");
      if (more.length > 0) throw fail(`invalid label spec: ${pair}`);
      const complaints = isLabelValue(value);
      if (complaints.length > 0) throw fail(`invalid label value: ${goQuote(pair)}: ${complaints.join(";")}`);
      set.set(key, value);
    } else remove.push(pair.slice(0, -1));
  }
  if (remove.some((key) => set.has(key))) {
    throw fail("can not both modify and remove a label in the same command");
  }
  return { set, remove };
}

/** @throws Failure when a label has another value and may not be overwritten */
function* changeLabels(context: Context, info: Info, marks: Marks): Task<AnyObject> {
  const before = info.object?.metadata?.labels ?? {};
  const { flags } = context;
  const asked = !flags.bool("local") && !flags.bool("list") && dryRunOf(context) !== "client";
  if (asked) {
    for (const key of marks.remove) {
      if (before[key] === undefined) context.out(`label ${goQuote(key)} not found.\n`);
    }
  }
  if (!flags.bool("overwrite")) {
    const taken = [...marks.set]
      .filter(([key, value]) => before[key] !== undefined && before[key] !== value)
      .map(([key]) => fail(`'${key}' already has a value (${before[key]}), and --overwrite is false`));
    const failure = aggregate(taken);
    if (failure !== undefined) throw failure;
  }
  yield* [];
  return withMarks(info.object ?? {}, "labels", marks, flags.string("resource-version"));
}

/** What became of an object. */
function doneWith(context: Context, before: AnyObject, after: AnyObject): string {
  const [old, now] = [compactJson(before), compactJson(after)];
  if (old === now) return "not labeled";
  return !context.flags.bool("overwrite") && now.length < old.length ? "unlabeled" : "labeled";
}
