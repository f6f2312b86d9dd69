/** `kubectl annotate` (kubectl `pkg/cmd/annotate/annotate.go`). */
import type { Task } from "../../kernel/task";
import type { Command } from "../cli/command";
import { fail } from "../cli/failure";
import { completeObjects } from "../complete/objects";
import type { Context } from "../context";
import type { AnyObject, Info } from "../resource/info";
import { markFlags, markObjects, NO_RESOURCE, withMarks, type Marks } from "./marks";
import { parsePairs, splitArguments } from "./pairs";

/** May always be overwritten. */
export const CHANGE_CAUSE = "kubernetes.io/change-cause";

export const annotate: Command = {
  name: "annotate",
  group: "settings",
  summary: "Sets and removes annotations",
  usage:
    "annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
  examples: ["kubectl annotate deploy web note='on trial'", "kubectl annotate deploy web note-"],
  flags: markFlags("annotation", "kubectl-annotate"),
  complete: completeObjects,
  *run(context) {
    const { resources, pairs } = splitArguments(context.args, "annotation");
    const marks = parsePairs(pairs, "annotation", true);
    return yield* markObjects(context, resources, marks, {
      plural: "annotations",
      onlyFiles: "can only use local files by -f rsrc.yaml or --filename=rsrc.json when --local=true is set",
      nothing: "at least one annotation update is required",
      noFiles: "one or more files must be specified as -f rsrc.yaml or --filename=rsrc.json",
      noResource: NO_RESOURCE,
      check() {
        const both = marks.remove.filter((key) => marks.set.has(key));
        if (both.length === 0) return;
        throw fail(
          `can not both modify and remove the following annotation(s) in the same command: ${both.join(", ")}`,
        );
      },
      change: changeAnnotations,
      done: () => "annotated",
    });
  },
};

/** @throws Failure when an annotation is there and may not be overwritten */
function* changeAnnotations(context: Context, info: Info, marks: Marks): Task<AnyObject> {
  const before = info.object?.metadata?.annotations ?? {};
  if (!context.flags.bool("overwrite")) {
    const taken = [...marks.set.keys()].filter((key) => key !== CHANGE_CAUSE && before[key] !== undefined);
    if (taken.length > 0) {
      const list = taken.map((key) => `'${key}' already has a value (${before[key]})`).join("; ");
      throw fail(`--overwrite is false but found the following declared annotation(s): ${list}`);
    }
  }
  yield* [];
  return withMarks(info.object ?? {}, "annotations", marks, context.flags.string("resource-version"));
}
