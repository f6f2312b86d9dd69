/** Amounts of what is used, and how they are printed (kubectl `pkg/metricsutil/metrics_printer.go`). */
import { milliValue, sumQuantities, value } from "../../../api/quantity";
import type { Task } from "../../../kernel/task";
import type { Flag } from "../../cli/command";
import { fail } from "../../cli/failure";
import type { Context } from "../../context";
import { goSort } from "../../print/go-sort";
import { compareCodePoints } from "../../../../shared/compare";

/** Quantities by resource. */
export type Amounts = Readonly<Record<string, string>>;

const MI = 1024 * 1024;
export const UNKNOWN = "<unknown>";

/** Flags of both commands. */
export const TOP_FLAGS: readonly Flag[] = [
  { name: "no-headers", type: "bool", help: "Without headers." },
  { name: "selector", short: "l", type: "string", help: "Only those with these labels." },
  { name: "show-swap", type: "bool", help: "Also show swapped memory." },
  { name: "sort-by", type: "string", help: "cpu or memory.", complete: ["cpu", "memory"] },
  { name: "use-protocol-buffers", type: "bool", default: "true", help: "Makes no difference here." },
];

/** Resources that have columns. */
export function measured(context: Context): readonly string[] {
  return context.flags.bool("show-swap") ? ["cpu", "memory", "swap"] : ["cpu", "memory"];
}

/** @throws Failure when the flag has no such value */
export function checkSorting(context: Context): void {
  const by = context.flags.string("sort-by");
  if (by !== "" && by !== "cpu" && by !== "memory") throw fail("--sort-by accepts only cpu or memory");
}

/** @throws Failure when the cluster has no metrics server */
export function* requireMetrics(context: Context): Task {
  const { groups } = yield* context.mapper.discovered();
  const found = groups.find((group) => group.name === "metrics.k8s.io");
  if (found?.versions.includes("v1beta1") !== true) throw fail("Metrics API not available");
}

/** `2m`, `12Mi`. */
export function amountText(resource: string, amounts: Amounts): string {
  const quantity = amounts[resource] ?? "0";
  return resource === "cpu" ? `${milliValue(quantity)}m` : `${Math.trunc(value(quantity) / MI)}Mi`;
}

export function sumOf(list: readonly Amounts[], resources: readonly string[]): Amounts {
  const sums = resources.map((resource) => [
    resource,
    list.reduce((sum, amounts) => sumQuantities(sum, amounts[resource] ?? "0", 1), "0"),
  ]);
  return Object.fromEntries(sums) as Amounts;
}

/** By what is used most, otherwise by key. */
export function sortedBy<T>(
  items: readonly T[],
  by: string,
  amountsOf: (item: T) => Amounts,
  keyOf: (item: T) => readonly string[],
): T[] {
  const amount = (item: T): number => {
    const quantity = amountsOf(item)[by] ?? "0";
    return by === "cpu" ? milliValue(quantity) : value(quantity);
  };
  const byKey = (a: T, b: T): boolean => {
    const [x, y] = [keyOf(a), keyOf(b)];
    const at = x.findIndex((part, i) => part !== y[i]);
    return at >= 0 && compareCodePoints(x[at] ?? "", y[at] ?? "") < 0;
  };
  return goSort(items, by === "" ? byKey : (a, b) => amount(a) > amount(b));
}
