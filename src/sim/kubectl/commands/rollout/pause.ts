/** `kubectl rollout pause`, `resume` and `restart` (kubectl `pkg/cmd/rollout/rollout_{pause,resume,restart}.go`). */
import { formatTime } from "../../../api/time";
import type { Task } from "../../../kernel/task";
import type { Command } from "../../cli/command";
import { fieldManagerFlag } from "../../cli/dry-run";
import { aggregate, fail, Failure } from "../../cli/failure";
import { goQuote } from "../../cli/quote";
import type { Context } from "../../context";
import { PRINT_FLAGS } from "../../print/printers";
import { refOf, resourceName, type AnyObject, type Info } from "../../resource/info";
import { donePrinter, findSomeTyped, patchBetween, SELECTOR_FLAG, sendPatch } from "../changes";
import { completeRollout, ROLLED_OUT, rolledOut, rolledOutKind, ROLLOUT_FLAGS } from "./common";

const RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";

interface Step {
  /** As it is printed. */
  readonly done: string;
  /** The object as it shall be. @throws Failure for a kind or a state that cannot */
  change(context: Context, info: Info, object: AnyObject): AnyObject;
}

function stepCommand(name: string, summary: string, kinds: readonly string[], step: Step): Command {
  return {
    name,
    summary,
    usage: `rollout ${name} RESOURCE`,
    examples: [`kubectl rollout ${name} deploy/web`],
    flags: [...PRINT_FLAGS, ...ROLLOUT_FLAGS, SELECTOR_FLAG, fieldManagerFlag("kubectl-rollout")],
    complete: completeRollout(kinds),
    run: (context) => stepAll(context, step),
  };
}

interface Paused {
  readonly paused?: boolean;
}

function withSpec(object: AnyObject, spec: object): AnyObject {
  return { ...object, spec };
}

export const pause = stepCommand("pause", "Holds a deployment's rollout", ["deployment"], {
  done: "paused",
  change(_context, info, object) {
    if (rolledOutKind(info) !== "Deployment") throw fail("pausing is not supported");
    const spec = object["spec"] as Paused;
    if (spec.paused === true) throw fail("is already paused");
    return withSpec(object, { ...spec, paused: true });
  },
});

export const resume = stepCommand("resume", "Lets a paused deployment go on", ["deployment"], {
  done: "resumed",
  change(_context, info, object) {
    if (rolledOutKind(info) !== "Deployment") throw fail("resuming is not supported");
    const { paused, ...spec } = object["spec"] as Paused;
    if (paused !== true) throw fail("is not paused");
    return withSpec(object, spec);
  },
});

export const restart = stepCommand("restart", "Replaces all pods, one after the other", ROLLED_OUT, {
  done: "restarted",
  change(context, info, object) {
    const kind = rolledOutKind(info);
    if (kind === undefined) throw fail("restarting is not supported");
    const spec = object["spec"] as Paused & { readonly template: AnyObject };
    if (kind === "Deployment" && spec.paused === true) {
      throw fail("can't restart paused deployment (run rollout resume first)");
    }
    const { template } = spec;
    const restartedAt = formatTime(context.io.process.now);
    const annotations = { ...template.metadata?.annotations, [RESTARTED_AT]: restartedAt };
    return withSpec(object, {
      ...spec,
      template: { ...template, metadata: { ...template.metadata, annotations } },
    });
  },
});

function* stepAll(context: Context, step: Step): Task<number> {
  const printer = donePrinter(context, "none");
  const { infos, failure: missing } = yield* findSomeTyped(context, rolledOut(context));
  const failures: Failure[] = missing === undefined ? [] : [missing];
  if (infos.length === 0 && missing === undefined) {
    context.err(`No resources found in ${context.namespace} namespace.\n`);
  }
  for (const info of infos) {
    const before = info.object ?? {};
    try {
      const after = yield* sendPatch(context, info, patchOf(context, info, before, step), "none");
      context.out(printer(step.done)(after), refOf(info));
    } catch (e) {
      if (!(e instanceof Failure)) throw e;
      failures.push(e.status === undefined ? e : fail(`failed to patch: ${e.message}`));
    }
  }
  const failure = aggregate(failures);
  if (failure !== undefined) throw failure;
  return 0;
}

function patchOf(context: Context, info: Info, before: AnyObject, step: Step): unknown {
  try {
    return patchBetween(before, step.change(context, info, before)) ?? {};
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    throw fail(`error: ${resourceName(info.mapping)} ${goQuote(info.name)} ${e.message}`);
  }
}
