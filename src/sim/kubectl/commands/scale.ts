/** `kubectl scale` (kubectl `pkg/cmd/scale/scale.go`, `pkg/scale/scale.go`). */
import { SECOND } from "../../kernel/time";
import type { Task } from "../../kernel/task";
import type { Command } from "../cli/command";
import { DRY_RUN_FLAG, dryRunOf, type DryRun } from "../cli/dry-run";
import { fail, Failure } from "../cli/failure";
import { goQuote } from "../cli/quote";
import { completeObjects } from "../complete/objects";
import type { Context } from "../context";
import { objectPrinter, PRINT_FLAGS, printRequest } from "../print/printers";
import { operation } from "../cli/dry-run";
import { findObjects } from "../resource/builder";
import { fileFlags, fileOptions } from "../resource/files";
import { pathOf, refOf, type AnyMeta, type Info } from "../resource/info";
import { ALL_FLAG, MERGE_PATCH, SELECTOR_FLAG } from "./changes";

interface Scale {
  readonly metadata?: AnyMeta;
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas: number };
}

/** How often is asked whether as many run as are wanted, and whether a conflict is over. */
const INTERVAL = SECOND;
/** How long conflicts are tried again. */
const RETRY = 300 * SECOND;

export const scale: Command = {
  name: "scale",
  group: "deploy",
  summary: "Sets how many pods a deployment, replica set or stateful set has",
  usage:
    "scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)",
  examples: [
    "kubectl scale deploy/web --replicas=3",
    "kubectl scale --current-replicas=2 --replicas=3 deploy/web",
  ],
  flags: [
    ...PRINT_FLAGS,
    ...fileFlags("what to scale"),
    SELECTOR_FLAG,
    ALL_FLAG,
    DRY_RUN_FLAG,
    { name: "replicas", type: "int", help: "How many.", required: true },
    { name: "current-replicas", type: "int", default: "-1", help: "Only if there are this many now." },
    { name: "resource-version", type: "string", help: "Only if the object is still of this version." },
    { name: "timeout", type: "duration", help: "How long to wait until so many run; 0: not at all." },
  ],
  complete: completeObjects,
  run,
};

function* run(context: Context): Task<number> {
  const { flags } = context;
  const dryRun = dryRunOf(context);
  const print = objectPrinter(context, printRequest(context, operation("scaled", dryRun)));
  if (flags.int("replicas") < 0) {
    throw fail("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
  }
  if (flags.int("current-replicas") < -1) {
    throw fail("The --current-replicas must specify an integer of -1 or greater");
  }
  const { infos, failure } = yield* findObjects(context, {
    args: context.args,
    files: fileOptions(flags, context.config.namespaceGiven),
    namespace: context.namespace,
    labelSelector: flags.string("selector"),
    all: flags.bool("all"),
    continueOnError: true,
  });
  if (flags.string("resource-version") !== "" && infos.length > 1) {
    throw fail("cannot use --resource-version with multiple resources");
  }
  for (const info of infos) {
    if (dryRun !== "client") yield* scaleOne(context, info, dryRun);
    context.out(print(info.object ?? {}), refOf(info));
  }
  if (failure !== undefined) throw failure;
  if (infos.length === 0) throw fail("no objects passed to scale");
  return 0;
}

function* scaleOne(context: Context, info: Info, dryRun: DryRun): Task {
  const { flags, io } = context;
  const path = pathOf(info.mapping, info.namespace, info.name, "scale");
  const until = io.process.now + RETRY;
  for (;;) {
    const failure = yield* trySetting(context, path, dryRun);
    if (failure === undefined) break;
    if (failure.status?.reason !== "Conflict" || io.process.now >= until) throw failure;
    yield INTERVAL;
  }
  const timeout = flags.duration("timeout");
  if (timeout > 0 && dryRun === "none") yield* waitUntilScaled(context, info, path, timeout);
}

/** @throws Failure when the scale is not what it must be before */
function* trySetting(context: Context, path: string, dryRun: DryRun): Task<Failure | undefined> {
  const { flags, rest } = context;
  const query = dryRun === "server" ? { dryRun: "All" } : {};
  const spec = { replicas: flags.int("replicas") };
  const [size, version] = [flags.int("current-replicas"), flags.string("resource-version")];
  if (size === -1 && version === "") {
    const answer = yield* rest.attempt("PATCH", path, { query, body: { spec }, contentType: MERGE_PATCH });
    return answer instanceof Failure ? answer : undefined;
  }
  const now = yield* rest.get<Scale>(path);
  const replicas = now.spec?.replicas ?? 0;
  if (size !== -1 && replicas !== size) throw fail(`Expected replicas to be ${size}, was ${replicas}`);
  const actual = now.metadata?.resourceVersion ?? "";
  if (version !== "" && version !== actual) {
    throw fail(`Expected resource version to be ${version}, was ${actual}`);
  }
  const answer = yield* rest.attempt("PUT", path, { query, body: { ...now, spec } });
  return answer instanceof Failure ? answer : undefined;
}

function* waitUntilScaled(context: Context, info: Info, path: string, timeout: number): Task {
  const deadline = context.io.process.now + timeout;
  const wanted = context.flags.int("replicas");
  for (;;) {
    const { spec, status } = yield* context.rest.get<Scale>(path);
    if ((spec?.replicas ?? 0) === wanted && status?.replicas === wanted) return;
    const left = deadline - context.io.process.now;
    if (left <= 0) throw fail(`timed out waiting for ${goQuote(info.name)} to be synced`);
    yield Math.min(INTERVAL, left);
  }
}
