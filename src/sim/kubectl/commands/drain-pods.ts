/** Which pods of a node may go, and why others may not (kubectl `pkg/drain/filters.go`). */
import { parseTime } from "../../api/time";
import type { Volume } from "../../api/types";
import type { Task } from "../../kernel/task";
import { SECOND } from "../../kernel/time";
import { fail, Failure } from "../cli/failure";
import type { Context } from "../context";
import { itemsOf } from "../resource/builder";
import type { AnyObject } from "../resource/info";

const MIRROR = "kubernetes.io/config.mirror";

export interface Pod extends AnyObject {
  readonly spec?: { readonly volumes?: readonly Volume[] };
  readonly status?: { readonly phase?: string };
}

/** What becomes of a pod. */
interface Verdict {
  readonly goes: boolean;
  readonly warning?: string;
  readonly error?: string;
}

export interface PodsToGo {
  readonly pods: readonly Pod[];
  /** `""` for none. */
  readonly warnings: string;
  readonly failures: readonly Failure[];
}

/** Looks at all pods of a node. @throws Failure when they cannot be listed */
export function* podsToGo(context: Context, node: string): Task<PodsToGo> {
  const query = {
    labelSelector: context.flags.string("pod-selector"),
    fieldSelector: `spec.nodeName=${node}`,
  };
  const limit = { limit: context.flags.string("chunk-size") };
  const pods: Pod[] = [];
  let token = "";
  do {
    const more = token === "" ? {} : { continue: token };
    const list = yield* context.rest.get<AnyObject>("/api/v1/pods", { ...query, ...limit, ...more });
    pods.push(...((itemsOf(list) ?? []) as readonly Pod[]));
    token = (list.metadata?.["continue"] as string | undefined) ?? "";
  } while (token !== "");
  const verdicts: { readonly pod: Pod; readonly verdict: Verdict }[] = [];
  for (const pod of pods) verdicts.push({ pod, verdict: yield* judge(context, pod) });
  const warnings = grouped(verdicts, ({ warning }) => warning);
  const errors = grouped(verdicts, ({ error }) => error);
  return {
    pods: verdicts.filter(({ verdict }) => verdict.goes).map(({ pod }) => pod),
    warnings: warnings.join("; "),
    failures: errors.map((text) => fail(`cannot delete ${text}`)),
  };
}

/** `message: namespace/name, …` for each message. */
function grouped(
  verdicts: readonly { readonly pod: Pod; readonly verdict: Verdict }[],
  messageOf: (verdict: Verdict) => string | undefined,
): string[] {
  const groups = new Map<string, string[]>();
  for (const { pod, verdict } of verdicts) {
    const message = messageOf(verdict);
    if (message === undefined) continue;
    groups.set(message, [...(groups.get(message) ?? []), `${pod.metadata?.namespace}/${pod.metadata?.name}`]);
  }
  return [...groups].map(([message, names]) => `${message}: ${names.join(", ")}`);
}

const GOES: Verdict = { goes: true };

/** Asks one rule after the other; the first that keeps a pod has the last word, otherwise the last one. */
function* judge(context: Context, pod: Pod): Task<Verdict> {
  let verdict = GOES;
  for (const rule of [skipDeleted, ofDaemonSet, mirror, localStorage, unreplicated]) {
    verdict = yield* rule(context, pod);
    if (!verdict.goes) return verdict;
  }
  return verdict;
}

function finished({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

function controllerOf({ metadata }: Pod) {
  return metadata?.ownerReferences?.find((owner) => owner.controller === true);
}

function* skipDeleted(context: Context, pod: Pod): Task<Verdict> {
  yield* [];
  return isLongGone(context, pod) ? { goes: false } : GOES;
}

/** Is it being deleted for longer than the command cares to wait? */
export function isLongGone(context: Context, { metadata }: Pod): boolean {
  const limit = context.flags.int("skip-wait-for-delete-timeout");
  if (limit <= 0 || metadata?.deletionTimestamp === undefined) return false;
  return context.io.process.now - parseTime(metadata.deletionTimestamp) > limit * SECOND;
}

function* ofDaemonSet({ flags, rest }: Context, pod: Pod): Task<Verdict> {
  const owner = controllerOf(pod);
  if (owner?.kind !== "DaemonSet" || finished(pod)) return GOES;
  const path = `/apis/apps/v1/namespaces/${pod.metadata?.namespace}/daemonsets/${owner.name}`;
  const answer = yield* rest.attempt("GET", path);
  if (answer instanceof Failure) {
    if (answer.status?.reason === "NotFound" && flags.bool("force"))
      return { goes: true, warning: answer.message };
    return { goes: false, error: answer.message };
  }
  if (!flags.bool("ignore-daemonsets"))
    return { goes: false, error: "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)" };
  return { goes: false, warning: "ignoring DaemonSet-managed Pods" };
}

function* mirror(_context: Context, { metadata }: Pod): Task<Verdict> {
  yield* [];
  return metadata?.annotations?.[MIRROR] === undefined ? GOES : { goes: false };
}

function* localStorage({ flags }: Context, pod: Pod): Task<Verdict> {
  yield* [];
  const local = pod.spec?.volumes?.some((volume) => volume.emptyDir !== undefined) === true;
  if (!local || finished(pod)) return GOES;
  if (flags.bool("delete-emptydir-data")) return { goes: true, warning: "deleting Pods with local storage" };
  return { goes: false, error: "Pods with local storage (use --delete-emptydir-data to override)" };
}

function* unreplicated({ flags }: Context, pod: Pod): Task<Verdict> {
  yield* [];
  if (finished(pod) || controllerOf(pod) !== undefined) return GOES;
  if (flags.bool("force")) return { goes: true, warning: "deleting Pods that declare no controller" };
  return { goes: false, error: "cannot delete Pods that declare no controller (use --force to override)" };
}
