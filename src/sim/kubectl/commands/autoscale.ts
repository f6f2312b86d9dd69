/** `kubectl autoscale` (kubectl `pkg/cmd/autoscale/autoscale.go`). */
import { canonicalQuantity, quantityProblem } from "../../api/quantity";
import type { Task } from "../../kernel/task";
import type { Command } from "../cli/command";
import { DRY_RUN_FLAG, dryRunOf, fieldManagerFlag, operation, writeQuery } from "../cli/dry-run";
import { fail, Failure } from "../cli/failure";
import { completeObjects } from "../complete/objects";
import type { Context } from "../context";
import { objectPrinter, PRINT_FLAGS, printRequest } from "../print/printers";
import { visitObjects } from "../resource/builder";
import { fileFlags, fileOptions } from "../resource/files";
import { gvrText, type AnyObject, type Info } from "../resource/info";
import { withLastApplied } from "../resource/last-applied";
import { groupVersion } from "../rest/discovery";
import { requireType } from "./changes";

const V2 = "autoscaling/v2";
const V1 = "autoscaling/v1";
const KIND = "HorizontalPodAutoscaler";
/** What numbers without a unit are of. */
const UNITS = { cpu: "m", memory: "Mi" } as const;

const CPU_PERCENT_OLD =
  "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).";

export const autoscale: Command = {
  name: "autoscale",
  group: "deploy",
  summary: "Lets the number of pods follow their load",
  usage:
    "autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]",
  examples: ["kubectl autoscale deploy/web --min=2 --max=5 --cpu=70%"],
  flags: [
    ...PRINT_FLAGS,
    ...fileFlags("what to scale"),
    DRY_RUN_FLAG,
    fieldManagerFlag("kubectl-autoscale"),
    { name: "max", type: "int32", default: "-1", help: "At most this many pods.", required: true },
    { name: "min", type: "int32", default: "-1", help: "At least this many pods." },
    { name: "cpu", type: "string", help: "`70%` of what pods request, or `500m` a pod." },
    { name: "memory", type: "string", help: "`70%` of what pods request, or `200Mi` a pod." },
    { name: "cpu-percent", type: "int32", default: "-1", help: "As --cpu.", hidden: true },
    { name: "name", type: "string", help: "Name of the autoscaler; default: of what it scales." },
    { name: "save-config", type: "bool", help: "Remember the object for a later apply." },
  ],
  complete: completeObjects,
  run,
};

function* run(context: Context): Task<number> {
  const { flags } = context;
  if (flags.changed("cpu-percent"))
    context.err(`Flag --cpu-percent has been deprecated, ${CPU_PERCENT_OLD}\n`);
  dryRunOf(context);
  const [min, max] = [flags.int("min"), flags.int("max")];
  if (max < 1) throw fail(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
  if (max < min)
    throw fail(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
  if (flags.int("cpu-percent") >= 0 && flags.string("cpu") !== "")
    throw fail("--cpu-percent and --cpu are mutually exclusive");
  const selection = {
    args: context.args,
    files: fileOptions(flags, context.config.namespaceGiven),
    namespace: context.namespace,
    continueOnError: true,
  };
  let count = 0;
  const { failure } = yield* visitObjects(context, selection, function* (info) {
    requireType(info);
    yield* autoscaleOne(context, info);
    count++;
  });
  if (failure !== undefined) throw failure;
  if (count === 0) throw fail("no objects passed to autoscale");
  return 0;
}

function* autoscaleOne(context: Context, info: Info): Task {
  const { mapping } = info;
  if (!mapping.subresources.some((sub) => sub.name === "scale")) {
    const where = `could not find scale subresource for ${gvrText(mapping)} in discovery information`;
    throw fail(`cannot autoscale a ${mapping.kind}: ${where}`);
  }
  const { flags } = context;
  const failure = yield* handle(context, info, V2, { ...common(context, info), ...metricsOf(context) });
  if (failure === undefined) return;
  // An older server may know version 1 alone.
  const old = olderMeans(context);
  if (old !== undefined) {
    throw fail(
      `failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: ${old}`,
    );
  }
  const percent = flags.int("cpu-percent");
  const target = percent >= 0 ? { targetCPUUtilizationPercentage: percent } : {};
  const again = yield* handle(context, info, V1, { ...common(context, info), ...target });
  if (again !== undefined) throw again;
}

function common({ flags }: Context, { mapping, name }: Info) {
  const min = flags.int("min");
  return {
    scaleTargetRef: { apiVersion: groupVersion(mapping), kind: mapping.kind, name },
    maxReplicas: flags.int("max"),
    ...(min > 0 ? { minReplicas: min } : {}),
  };
}

/** Why what is asked for cannot be said in version 1; undefined when it can. */
function olderMeans({ flags }: Context): string | undefined {
  const cpu = flags.string("cpu").trim();
  if (cpu === "") return "empty input";
  const plain = flags.string("memory") === "" && (flags.int("cpu-percent") >= 0 || cpu.endsWith("%"));
  return plain ? undefined : "%!w(<nil>)";
}

function metricsOf(context: Context): { readonly metrics?: readonly unknown[] } {
  const { flags } = context;
  const metrics: unknown[] = [];
  const percent = flags.int("cpu-percent");
  if (percent > 0) metrics.push(metricOf("cpu", utilization(percent)));
  for (const name of ["cpu", "memory"] as const) {
    if (flags.string(name) !== "") metrics.push(metricOf(name, targetOf(name, flags.string(name))));
  }
  return metrics.length === 0 ? {} : { metrics };
}

function metricOf(name: string, target: unknown): unknown {
  return { type: "Resource", resource: { name, target } };
}

function utilization(percent: number): unknown {
  return { type: "Utilization", averageUtilization: percent };
}

/** @throws Failure for what is neither a share nor a quantity */
function targetOf(name: "cpu" | "memory", given: string): unknown {
  try {
    return parsedTarget(name, given.trim());
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    throw fail(e.message);
  }
}

function parsedTarget(name: "cpu" | "memory", text: string): unknown {
  if (text === "") throw fail("empty input");
  if (text.endsWith("%")) {
    const share = text.slice(0, -1);
    if (!/^\+?\d+$/.test(share) || Number(share) > 2_147_483_647)
      throw fail(`invalid percentage value: ${share}`);
    return utilization(Number(share));
  }
  const bare = /^[-+]?(\d+(?:\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(text);
  const amount = bare ? `${Number(text)}${UNITS[name]}` : text;
  if (quantityProblem(amount) !== undefined) throw fail(`invalid resource ${name} value: ${text}`);
  return { type: "AverageValue", averageValue: canonicalQuantity(amount) };
}

/** Creates an autoscaler, or prints what would be. Gives the refusal. */
function* handle(context: Context, info: Info, apiVersion: string, spec: object): Task<Failure | undefined> {
  const { flags, rest, namespace } = context;
  const dryRun = dryRunOf(context);
  const name = flags.string("name") || info.name;
  const status =
    apiVersion === V2
      ? { currentMetrics: null, desiredReplicas: 0 }
      : { currentReplicas: 0, desiredReplicas: 0 };
  const made: AnyObject = { apiVersion, kind: KIND, metadata: { name }, spec };
  const ref = { group: "autoscaling", resource: "horizontalpodautoscalers", namespace, name };
  const print = (object: AnyObject, done: string): void => {
    const request = printRequest(context, operation(done, dryRun));
    context.out(objectPrinter(context, request)(object), ref);
  };
  if (dryRun === "client") {
    const metadata = context.config.namespaceGiven ? { name, namespace } : { name };
    print({ ...made, metadata, status }, "created");
    return undefined;
  }
  const body = flags.bool("save-config") ? withLastApplied({ ...made, status }) : made;
  const path = `/apis/${apiVersion}/namespaces/${namespace}/horizontalpodautoscalers`;
  const answer = yield* rest.attempt<AnyObject>("POST", path, { query: writeQuery(context, dryRun), body });
  if (answer instanceof Failure) return answer;
  print({ ...answer, apiVersion, kind: KIND }, "autoscaled");
  return undefined;
}
