/** `kubectl cordon` and `uncordon` (kubectl `pkg/cmd/drain/drain.go`). */
import type { Task } from "../../kernel/task";
import type { Command, Flag } from "../cli/command";
import { DRY_RUN_FLAG, dryRunOf, operation } from "../cli/dry-run";
import { Failure } from "../cli/failure";
import { completeNamesOf } from "../complete/objects";
import type { Context } from "../context";
import { nameLines } from "../print/printers";
import { mustFindObjects } from "../resource/builder";
import { refOf, type Info } from "../resource/info";
import { SELECTOR_FLAG, sendPatch } from "./changes";

export const NODE_FLAGS: readonly Flag[] = [SELECTOR_FLAG, DRY_RUN_FLAG];

export const cordon: Command = {
  name: "cordon",
  group: "cluster",
  summary: "Keeps new pods away from a node",
  usage: "cordon NODE",
  examples: ["kubectl cordon worker-1"],
  flags: NODE_FLAGS,
  complete: completeNamesOf("nodes"),
  *run(context) {
    yield* setSchedulable(context, yield* nodesOf(context), true);
    return 0;
  },
};

export const uncordon: Command = {
  name: "uncordon",
  group: "cluster",
  summary: "Lets new pods come to a node again",
  usage: "uncordon NODE",
  examples: ["kubectl uncordon worker-1"],
  flags: NODE_FLAGS,
  complete: completeNamesOf("nodes"),
  *run(context) {
    yield* setSchedulable(context, yield* nodesOf(context), false);
    return 0;
  },
};

/** The nodes that a command names. @throws Failure when one is not there */
export function* nodesOf(context: Context): Task<readonly Info[]> {
  const { args, flags, path } = context;
  if (args.length === 0 && !flags.changed("selector")) {
    throw context.usage(`USAGE: ${path.at(-1)?.usage ?? ""} [flags]`);
  }
  const labelSelector = flags.string("selector");
  if (args.length > 0 && labelSelector !== "")
    throw context.usage("error: cannot specify both a node name and a --selector option");
  dryRunOf(context);
  if (args.length === 0 && labelSelector === "") return [];
  const { infos } = yield* mustFindObjects(context, {
    args: ["nodes", ...args],
    namespace: "",
    labelSelector,
  });
  return infos;
}

/** Marks nodes unschedulable, or takes the mark away; one that fails does not end the command. */
export function* setSchedulable(context: Context, nodes: readonly Info[], unschedulable: boolean): Task {
  const dryRun = dryRunOf(context);
  const verb = unschedulable ? "cordon" : "uncordon";
  for (const node of nodes) {
    const spec = node.object?.["spec"] as { readonly unschedulable?: boolean } | undefined;
    const same = (spec?.unschedulable ?? false) === unschedulable;
    if (!same && dryRun !== "client") {
      try {
        const body = { spec: { unschedulable: unschedulable ? true : null } };
        yield* sendPatch(context, node, body, dryRun);
      } catch (e) {
        if (!(e instanceof Failure)) throw e;
        context.err(`error: unable to ${verb} node "${node.name}": ${e.message}\n`);
        continue;
      }
    }
    const done = operation(same ? `already ${verb}ed` : `${verb}ed`, dryRun);
    context.out(nameLines(node.object ?? {}, done), refOf(node));
  }
}
