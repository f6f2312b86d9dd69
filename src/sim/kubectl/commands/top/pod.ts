/** `kubectl top pod` (kubectl `pkg/cmd/top/top_pod.go`). */
import { parseTime } from "../../../api/time";
import type { Task } from "../../../kernel/task";
import { SECOND } from "../../../kernel/time";
import type { Command } from "../../cli/command";
import { formatGoDuration } from "../../cli/duration";
import { fail } from "../../cli/failure";
import { completePods } from "../../complete/objects";
import type { Context } from "../../context";
import { RowOutput } from "../../print/output";
import type { AnyObject } from "../../resource/info";
import {
  amountText,
  checkSorting,
  measured,
  requireMetrics,
  sortedBy,
  sumOf,
  TOP_FLAGS,
  type Amounts,
} from "./metrics";

/** Pods younger than that have no metrics yet. */
const CREATION_DELAY = 120 * SECOND;

export const topPod: Command = {
  name: "pod",
  aliases: ["pods", "po"],
  summary: "Shows what pods use",
  usage: "pod [NAME | -l label]",
  flags: [
    ...TOP_FLAGS,
    { name: "all-namespaces", short: "A", type: "bool", help: "In all namespaces." },
    { name: "containers", type: "bool", help: "Each container in a row of its own." },
    { name: "field-selector", type: "string", help: "Only pods with these fields." },
    { name: "sum", type: "bool", help: "All together at the end." },
  ],
  complete: completePods,
  run,
};

interface PodMetrics {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly containers: readonly { readonly name: string; readonly usage: Amounts }[];
}

function* run(context: Context): Task<number> {
  const { flags, args, rest } = context;
  const [name] = args;
  if (args.length > 1) throw context.usage("pod [NAME | -l label]");
  checkSorting(context);
  const query = queryOf(context);
  if (name !== undefined && Object.keys(query).length > 0) {
    throw fail("only one of NAME or selector can be provided");
  }
  yield* requireMetrics(context);
  const where = flags.bool("all-namespaces") ? "" : `/namespaces/${context.namespace}`;
  const path = `/apis/metrics.k8s.io/v1beta1${where}/pods`;
  const metrics =
    name === undefined
      ? (yield* rest.get<{ readonly items: readonly PodMetrics[] }>(path, query)).items
      : [yield* rest.get<PodMetrics>(`${path}/${name}`)];
  if (metrics.length > 0) {
    print(context, metrics);
    return 0;
  }
  const pods = yield* rest.get<{ readonly items: readonly AnyObject[] }>(`/api/v1${where}/pods`, query);
  if (pods.items.length > 0) throw notYet(context, pods.items);
  context.err(
    where === "" ? "No resources found\n" : `No resources found in ${context.namespace} namespace.\n`,
  );
  return 0;
}

function queryOf({ flags }: Context): Readonly<Record<string, string>> {
  const labelSelector = flags.string("selector");
  const fieldSelector = flags.string("field-selector");
  return {
    ...(labelSelector === "" ? {} : { labelSelector }),
    ...(fieldSelector === "" ? {} : { fieldSelector }),
  };
}

/** There are pods, but nothing is known of them. */
function notYet(context: Context, pods: readonly AnyObject[]): Error {
  for (const { metadata = {} } of pods) {
    const age = context.io.process.now - parseTime(metadata.creationTimestamp ?? "");
    if (age > CREATION_DELAY) {
      const text = formatGoDuration(age);
      return fail(`Metrics not available for pod ${metadata.namespace}/${metadata.name}, age: ${text}`);
    }
  }
  return fail("metrics not available yet");
}

function print(context: Context, metrics: readonly PodMetrics[]): void {
  const { flags } = context;
  const resources = measured(context);
  const withNamespace = flags.bool("all-namespaces");
  const byContainer = flags.bool("containers");
  const headers = !flags.bool("no-headers");
  const swap = flags.bool("show-swap") ? ["SWAP(bytes)"] : [];
  const columns = [
    ...(withNamespace && headers ? ["NAMESPACE"] : []),
    ...(byContainer && headers ? ["POD"] : []),
    ...["NAME", "CPU(cores)", "MEMORY(bytes)", ...swap],
  ];
  const out = new RowOutput(context);
  if (headers) out.row([...columns, ""]);
  const by = flags.string("sort-by");
  const usageOf = (pod: PodMetrics): Amounts =>
    sumOf(
      pod.containers.map((c) => c.usage),
      resources,
    );
  const keyOf = ({ metadata }: PodMetrics): string[] => [
    ...(withNamespace ? [metadata.namespace] : []),
    metadata.name,
  ];
  const texts = (amounts: Amounts): string[] => resources.map((resource) => amountText(resource, amounts));
  for (const pod of sortedBy(metrics, by, usageOf, keyOf)) {
    const ref = { group: "", resource: "pods", ...pod.metadata };
    const lead = withNamespace ? [pod.metadata.namespace] : [];
    if (!byContainer) {
      out.row([...lead, pod.metadata.name, ...texts(usageOf(pod)), ""], ref);
      continue;
    }
    const containers = sortedBy(
      pod.containers,
      by,
      (c) => c.usage,
      (c) => [c.name],
    );
    for (const { name, usage } of containers) {
      out.row([...lead, pod.metadata.name, name, ...texts(usage), ""], ref);
    }
  }
  if (flags.bool("sum")) {
    const indent = (count: number): string[] => Array.from({ length: count }, () => "");
    out.row([...indent(columns.length - 2), "________", "________", ""]);
    out.row([...indent(columns.length - 3), "", ...texts(sumOf(metrics.map(usageOf), resources)), ""]);
  }
  out.flush();
}
