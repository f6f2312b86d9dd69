/** `kubectl rollout undo` (kubectl `pkg/cmd/rollout/rollout_undo.go`, `pkg/polymorphichelpers/rollback.go`). */
import type { PodTemplateSpec } from "../../../api/types";
import type { Task } from "../../../kernel/task";
import type { Command } from "../../cli/command";
import { DRY_RUN_FLAG, dryRunOf, type DryRun } from "../../cli/dry-run";
import { fail, Failure } from "../../cli/failure";
import { goQuote } from "../../cli/quote";
import type { Context } from "../../context";
import { sameJson } from "../../patch/differences";
import { PRINT_FLAGS } from "../../print/printers";
import { visitObjects } from "../../resource/builder";
import { refOf, type Info } from "../../resource/info";
import { LAST_APPLIED } from "../../resource/last-applied";
import { donePrinter, JSON_PATCH, requireType, sendPatch, STRATEGIC_PATCH } from "../changes";
import { completeRollout, groupKind, ROLLED_OUT, rolledOut, rolledOutKind, ROLLOUT_FLAGS } from "./common";
import { templateText } from "./history";
import { revisionsOf, type Revision } from "./revisions";

const HASH = "pod-template-hash";
/** Annotations of a deployment that do not go back with it. */
const STAY: ReadonlySet<string> = new Set([
  LAST_APPLIED,
  "deployment.kubernetes.io/revision",
  "deployment.kubernetes.io/revision-history",
  "deployment.kubernetes.io/desired-replicas",
  "deployment.kubernetes.io/max-replicas",
  "deprecated.deployment.rollback.to",
]);

export const undo: Command = {
  name: "undo",
  summary: "Goes back to an earlier revision",
  usage: "rollout undo (TYPE NAME | TYPE/NAME) [flags]",
  examples: ["kubectl rollout undo deploy/web", "kubectl rollout undo ds/agent --to-revision=3"],
  flags: [
    ...PRINT_FLAGS,
    ...ROLLOUT_FLAGS,
    DRY_RUN_FLAG,
    { name: "to-revision", type: "int64", help: "To this one; 0: to the one before." },
  ],
  complete: completeRollout(ROLLED_OUT),
  *run(context) {
    const dryRun = dryRunOf(context);
    const printer = donePrinter(context, dryRun);
    const selection = rolledOut(context);
    let seen = 0;
    const { failure } = yield* visitObjects(context, selection, function* (info) {
      seen++;
      requireType(info);
      const done = yield* rollBack(context, info, context.flags.int("to-revision"), dryRun);
      context.out(printer(done)(info.object ?? {}), refOf(info));
    });
    if (failure !== undefined) throw failure;
    if (seen === 0) context.err(`No resources found in ${context.namespace} namespace.\n`);
    return 0;
  },
};

/** Gives what was done. */
function* rollBack(context: Context, info: Info, to: number, dryRun: DryRun): Task<string> {
  const kind = rolledOutKind(info);
  if (kind === undefined) throw fail(`no rollbacker has been implemented for ${goQuote(groupKind(info))}`);
  if (to < 0) throw notInHistory(to);
  const revisions = yield* revisionsOf(context, kind, info);
  return kind === "Deployment"
    ? yield* rollBackDeployment(context, info, revisions, to, dryRun)
    : yield* rollBackSet(context, info, revisions, to, dryRun);
}

function notInHistory(revision: number): Failure {
  return fail(`unable to find specified revision ${revision} in history`);
}

function skipped(to: number): string {
  return `skipped rollback (current template already matches revision ${to})`;
}

interface DeploymentSpec {
  readonly paused?: boolean;
  readonly template: PodTemplateSpec;
}

function* rollBackDeployment(
  context: Context,
  info: Info,
  revisions: readonly Revision[],
  to: number,
  dryRun: DryRun,
): Task<string> {
  const target = to === 0 ? revisions.at(-2) : revisions.find((r) => r.number === to);
  if (target === undefined) {
    throw to === 0 ? fail(`no rollout history found for deployment ${goQuote(info.name)}`) : notInHistory(to);
  }
  if (dryRun === "client") return templateText(target.template);
  const spec = info.object?.["spec"] as DeploymentSpec;
  if (spec.paused === true) {
    throw fail(
      "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    );
  }
  const template = withoutHash(target.template);
  if (sameJson(template, withoutHash(spec.template))) return skipped(to);
  const annotations: Record<string, string> = {};
  for (const [key, value] of Object.entries(info.object?.metadata?.annotations ?? {})) {
    if (STAY.has(key)) annotations[key] = value;
  }
  for (const [key, value] of Object.entries(target.object.metadata?.annotations ?? {})) {
    if (!STAY.has(key)) annotations[key] = value;
  }
  const patch = [
    { op: "replace", path: "/spec/template", value: template },
    { op: "replace", path: "/metadata/annotations", value: annotations },
  ];
  yield* restore(context, info, patch, JSON_PATCH, to, dryRun);
  return "rolled back";
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [HASH]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

function* rollBackSet(
  context: Context,
  info: Info,
  revisions: readonly Revision[],
  to: number,
  dryRun: DryRun,
): Task<string> {
  if (to === 0 && revisions.length <= 1) throw fail("no last revision to roll back to");
  const target = to === 0 ? revisions.at(-2) : revisions.find((r) => r.number === to);
  if (target === undefined) throw notInHistory(to);
  if (dryRun === "client") return `will roll back to ${templateText(target.template)}`;
  const { template } = (info.object ?? {})["spec"] as DeploymentSpec;
  if (sameJson(template, target.template)) return skipped(to);
  yield* restore(context, info, target.patch, STRATEGIC_PATCH, to, dryRun);
  return "rolled back";
}

function* restore(
  context: Context,
  info: Info,
  patch: unknown,
  contentType: string,
  to: number,
  dryRun: DryRun,
): Task {
  try {
    yield* sendPatch(context, info, patch, dryRun, contentType);
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    throw fail(`failed restoring revision ${to}: ${e.message}`);
  }
}
