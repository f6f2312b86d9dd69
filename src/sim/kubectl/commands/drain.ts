/** `kubectl drain` (kubectl `pkg/cmd/drain/drain.go`). */
import { parseLabelSelector, SelectorError } from "../../api/selector";
import type { Task } from "../../kernel/task";
import type { Command } from "../cli/command";
import { dryRunOf, operation } from "../cli/dry-run";
import { aggregate, bare, fail, Failure } from "../cli/failure";
import { completeNamesOf } from "../complete/objects";
import type { Context } from "../context";
import { nameLines } from "../print/printers";
import { refOf, type Info } from "../resource/info";
import { NODE_FLAGS, nodesOf, setSchedulable } from "./cordon";
import { removePods } from "./drain-evict";
import { podsToGo } from "./drain-pods";

export const drain: Command = {
  name: "drain",
  group: "cluster",
  summary: "Empties a node for maintenance",
  usage: "drain NODE",
  examples: ["kubectl drain worker-1 --ignore-daemonsets --delete-emptydir-data"],
  flags: [
    ...NODE_FLAGS,
    { name: "chunk-size", type: "int64", default: "500", help: "Objects a page of a list; 0: all at once." },
    { name: "delete-emptydir-data", type: "bool", help: "Pods may lose what is in their emptyDirs." },
    { name: "disable-eviction", type: "bool", help: "Delete pods, whatever their disruption budgets say." },
    { name: "force", type: "bool", help: "Also pods that nobody will make anew." },
    {
      name: "grace-period",
      type: "int",
      default: "-1",
      help: "Seconds to end in; negative: as each pod says.",
    },
    { name: "ignore-daemonsets", type: "bool", help: "Leave the pods of daemon sets where they are." },
    { name: "pod-selector", type: "string", help: "Only pods with these labels." },
    {
      name: "skip-wait-for-delete-timeout",
      type: "int",
      help: "Do not wait for pods that have been ending for longer, in seconds; 0: wait.",
    },
    { name: "timeout", type: "duration", help: "How long to try; 0: without end." },
  ],
  complete: completeNamesOf("nodes"),
  *run(context) {
    const nodes = yield* checkedNodes(context);
    yield* setSchedulable(context, nodes, true);
    yield* drainAll(context, nodes);
    return 0;
  },
};

function* checkedNodes(context: Context): Task<readonly Info[]> {
  const { args, flags } = context;
  // What is wrong with the nodes is said first.
  if (args.length > 0 || flags.string("selector") !== "") {
    try {
      parseLabelSelector(flags.string("pod-selector"));
    } catch (e) {
      if (!(e instanceof SelectorError)) throw e;
      throw fail("--pod-selector=<pod_selector> must be a valid label selector");
    }
  }
  return yield* nodesOf(context);
}

function* drainAll(context: Context, nodes: readonly Info[]): Task {
  const dryRun = dryRunOf(context);
  const failures: Failure[] = [];
  const remaining: string[] = [];
  for (const node of nodes) {
    try {
      yield* drainOne(context, node.name);
      context.out(nameLines(node.object ?? {}, operation("drained", dryRun)), refOf(node));
      continue;
    } catch (e) {
      if (!(e instanceof Failure)) throw e;
      context.err(
        `error: unable to drain node "${node.name}" due to error: ${e.message}, continuing command...\n`,
      );
      failures.push(e);
      remaining.push(node.name);
    }
  }
  if (remaining.length > 0)
    context.err(`There are pending nodes to be drained:\n${remaining.map((name) => ` ${name}\n`).join("")}`);
  // Of several nodes, each has one line.
  const failure = aggregate(failures.length > 1 ? failures.map(({ message }) => bare(message)) : failures);
  if (failure !== undefined) throw failure.reason.type === "many" ? failure : bare(failure.message);
}

function* drainOne(context: Context, node: string): Task {
  const { pods, warnings, failures } = yield* podsToGo(context, node);
  const refused = aggregate(failures);
  if (refused !== undefined) throw refused;
  if (warnings !== "") context.err(`Warning: ${warnings}\n`);
  if (dryRunOf(context) === "client") {
    for (const { metadata } of pods) {
      const { name = "", namespace = "" } = metadata ?? {};
      const ref = { group: "", resource: "pods", namespace, name };
      context.out(`evicting pod ${namespace}/${name} (dry run)\n`, ref);
    }
    return;
  }
  try {
    yield* removePods(context, pods);
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    yield* reportPending(context, node, e);
    throw e;
  }
}

/** What is still on a node after a failure. */
function* reportPending(context: Context, node: string, failure: Failure): Task {
  const { pods, failures } = yield* podsToGo(context, node);
  if (pods.length > 0) {
    context.err(`There are pending pods in node "${node}" when an error occurred: ${failure.message}\n`);
    for (const pod of pods) context.err(`pod/${pod.metadata?.name}\n`);
  }
  const more = aggregate(failures);
  if (more !== undefined) {
    context.err(`Following errors occurred while getting the list of pods to delete:\n${more.message}`);
  }
}
