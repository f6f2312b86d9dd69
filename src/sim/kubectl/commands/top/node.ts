/** `kubectl top node` (kubectl `pkg/cmd/top/top_node.go`). */
import { milliValue } from "../../../api/quantity";
import type { Task } from "../../../kernel/task";
import type { Command } from "../../cli/command";
import { fail } from "../../cli/failure";
import { completeNamesOf } from "../../complete/objects";
import type { Context } from "../../context";
import { compareCodePoints } from "../../../../shared/compare";
import { RowOutput } from "../../print/output";
import {
  amountText,
  checkSorting,
  measured,
  requireMetrics,
  sortedBy,
  TOP_FLAGS,
  UNKNOWN,
  type Amounts,
} from "./metrics";

const PATH = "/apis/metrics.k8s.io/v1beta1/nodes";

export const topNode: Command = {
  name: "node",
  aliases: ["nodes", "no"],
  summary: "Shows what nodes use",
  usage: "node [NAME | -l label]",
  flags: [
    ...TOP_FLAGS,
    { name: "show-capacity", type: "bool", help: "Percent of all that there is, not of what pods may use." },
  ],
  complete: completeNamesOf("nodes"),
  run,
};

interface NodeMetrics {
  readonly metadata: { readonly name: string };
  readonly usage: Amounts;
}

interface Node {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly allocatable?: Amounts;
    readonly capacity?: Amounts;
    readonly nodeInfo?: { readonly swap?: { readonly capacity?: number } };
  };
}

function* run(context: Context): Task<number> {
  const { flags, args, rest } = context;
  const [name] = args;
  if (args.length > 1) throw context.usage("node [NAME | -l label]");
  checkSorting(context);
  const labelSelector = flags.string("selector");
  if (name !== undefined && labelSelector !== "") {
    throw fail("only one of NAME or --selector can be provided");
  }
  yield* requireMetrics(context);
  const query: Record<string, string> = labelSelector === "" ? {} : { labelSelector };
  const metrics =
    name === undefined
      ? (yield* rest.get<{ readonly items: readonly NodeMetrics[] }>(PATH, query)).items
      : [yield* rest.get<NodeMetrics>(`${PATH}/${name}`)];
  if (metrics.length === 0) throw fail("metrics not available yet");
  const nodes =
    name === undefined
      ? (yield* rest.get<{ readonly items: readonly Node[] }>("/api/v1/nodes", query)).items
      : [yield* rest.get<Node>(`/api/v1/nodes/${name}`)];
  print(context, metrics, nodes);
  return 0;
}

function print(context: Context, metrics: readonly NodeMetrics[], nodes: readonly Node[]): void {
  const { flags } = context;
  const resources = measured(context);
  const out = new RowOutput(context);
  const swap = flags.bool("show-swap") ? ["SWAP(bytes)", "SWAP(%)"] : [];
  const columns = ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)", ...swap];
  if (!flags.bool("no-headers")) out.row([...columns, ""]);
  const available = new Map(nodes.map((node) => [node.metadata.name, node]));
  const usageOf = (m: NodeMetrics): Amounts => m.usage;
  for (const { metadata, usage } of sortedBy(metrics, flags.string("sort-by"), usageOf, (m) => [
    m.metadata.name,
  ])) {
    const limits = limitsOf(context, available.get(metadata.name));
    available.delete(metadata.name);
    const cells = resources.flatMap((resource) => cellsOf(resource, usage, limits));
    out.row([metadata.name, ...cells, ""], refOf(metadata.name));
  }
  // Nodes of which nothing is known.
  for (const name of [...available.keys()].sort(compareCodePoints)) {
    out.row([name, ...resources.flatMap(() => [UNKNOWN, UNKNOWN]), ""], refOf(name));
  }
  out.flush();
}

function refOf(name: string): { group: string; resource: string; namespace: string; name: string } {
  return { group: "", resource: "nodes", namespace: "", name };
}

/** What a node has; undefined for what it does not tell. */
function limitsOf(context: Context, node: Node | undefined): Amounts {
  const { allocatable = {}, capacity = {}, nodeInfo } = node?.status ?? {};
  const swap = nodeInfo?.swap?.capacity;
  return {
    ...(context.flags.bool("show-capacity") ? capacity : allocatable),
    ...(swap === undefined ? {} : { swap: String(swap) }),
  };
}

/** The amount, and how much it is of what there is. */
function cellsOf(resource: string, usage: Amounts, limits: Amounts): readonly string[] {
  const limit = limits[resource];
  if (limit === undefined) return resource === "swap" ? [UNKNOWN, UNKNOWN] : [amountText(resource, usage)];
  const whole = milliValue(limit);
  const percent = whole === 0 ? 0 : Math.trunc((milliValue(usage[resource] ?? "0") / whole) * 100);
  return [amountText(resource, usage), `${percent}%`];
}
