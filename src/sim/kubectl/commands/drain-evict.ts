/** How the pods of a node are made to go: evicted, or deleted (kubectl `pkg/drain/drain.go`). */
import type { Task } from "../../kernel/task";
import { SECOND } from "../../kernel/time";
import { dryRunOf, operation } from "../cli/dry-run";
import { aggregate, fail, Failure } from "../cli/failure";
import { formatGoDuration } from "../cli/duration";
import type { Context } from "../context";
import type { ObjectRef } from "../../terminal/io";
import { isLongGone, type Pod } from "./drain-pods";

/** After a refusal, before the next try. */
const RETRY = 5 * SECOND;
/** How often is asked whether a pod is gone. */
const POLL = SECOND;

interface Job {
  readonly context: Context;
  readonly dryRun: "none" | "client" | "server";
  /** Undefined: never gives up. */
  readonly deadline: number | undefined;
}

/** @throws Failure of all pods that did not go */
export function* removePods(context: Context, pods: readonly Pod[]): Task {
  if (pods.length === 0) return;
  const timeout = context.flags.duration("timeout");
  const job: Job = {
    context,
    dryRun: dryRunOf(context),
    deadline: timeout === 0 ? undefined : context.io.process.now + timeout,
  };
  if (context.flags.bool("disable-eviction") || !(yield* evictionIsServed(context))) {
    yield* deletePods(job, pods);
    return;
  }
  yield* evictPods(job, pods);
}

/** Does the server know evictions? It says so in its old way of discovery alone. */
function* evictionIsServed(context: Context): Task<boolean> {
  const list = yield* context.rest.get<{
    readonly resources: readonly { readonly name: string; readonly kind: string; readonly group?: string }[];
  }>("/api/v1");
  return list.resources.some(
    (r) => r.name === "pods/eviction" && r.kind === "Eviction" && r.group !== undefined,
  );
}

function refTo({ metadata }: Pod): ObjectRef {
  const { name = "", namespace = "" } = metadata ?? {};
  return { group: "", resource: "pods", namespace, name };
}

function pathTo({ metadata }: Pod): string {
  return `/api/v1/namespaces/${metadata?.namespace}/pods/${metadata?.name}`;
}

function deleteOptions({ context: { flags }, dryRun }: Job): Readonly<Record<string, unknown>> {
  const seconds = flags.int("grace-period");
  return {
    ...(seconds >= 0 ? { gracePeriodSeconds: seconds } : {}),
    ...(dryRun === "server" ? { dryRun: ["All"] } : {}),
  };
}

/** All at once. The last one's turn comes first, as it does where each is a goroutine. */
function* evictPods(job: Job, pods: readonly Pod[]): Task {
  const { process } = job.context.io;
  const failures: Failure[] = [];
  const order = [...pods.slice(-1), ...pods.slice(0, -1)];
  const threads = order.map((pod) =>
    process.spawn(
      "evict",
      (function* (): Task {
        try {
          yield* evict(job, pod);
        } catch (e) {
          if (!(e instanceof Failure)) throw e;
          failures.push(e);
        }
      })(),
    ),
  );
  for (const thread of threads) yield* thread.done;
  const failure = aggregate(failures);
  if (failure !== undefined) throw failure;
}

function* evict(job: Job, pod: Pod): Task {
  const { context, dryRun } = job;
  let current = pod;
  for (;;) {
    const { name = "", namespace = "" } = current.metadata ?? {};
    context.out(operation(`evicting pod ${namespace}/${name}`, dryRun) + "\n", refTo(current));
    const what = `error when evicting pods/"${name}" -n "${namespace}"`;
    if (job.deadline !== undefined && context.io.process.now >= job.deadline) {
      throw fail(`${what}: global timeout reached: ${limitText(context)}`);
    }
    const refused = yield* postEviction(job, current);
    if (refused === undefined) break;
    const outcome = refusal(refused, current);
    if (outcome === "gone") return;
    if (outcome === "going") break;
    if (outcome === "fail") throw fail(`${what}: ${refused.message}`);
    const retry = `(will retry after ${formatGoDuration(RETRY)}): ${refused.message}\n`;
    if (outcome === "retry") context.err(`${what} ${retry}`);
    else context.err(`error when evicting pod "${name}" from terminating namespace "${namespace}" ${retry}`);
    yield RETRY;
    const fresh = yield* context.rest.attempt<Pod>("GET", pathTo(current));
    if (!(fresh instanceof Failure)) current = fresh;
  }
  if (dryRun === "server") return;
  try {
    yield* waitUntilGone(job, [current], "evicted");
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    const { name = "", namespace = "" } = pod.metadata ?? {};
    throw fail(`error when waiting for pod "${name}" in namespace "${namespace}" to terminate: ${e.message}`);
  }
}

function* postEviction(job: Job, pod: Pod): Task<Failure | undefined> {
  const { name = "", namespace = "" } = pod.metadata ?? {};
  const body = {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name, namespace },
    deleteOptions: deleteOptions(job),
  };
  const answer = yield* job.context.rest.attempt("POST", `${pathTo(pod)}/eviction`, { body });
  return answer instanceof Failure ? answer : undefined;
}

/** What a refusal means. */
function refusal(
  { status }: Failure,
  { metadata }: Pod,
): "gone" | "going" | "retry" | "retry-terminating" | "fail" {
  if (status?.reason === "NotFound") return "gone";
  if (status?.reason === "TooManyRequests") return "retry";
  const terminating =
    status?.reason === "Forbidden" &&
    status.details?.causes?.some((c) => c.reason === "NamespaceTerminating");
  if (terminating !== true) return "fail";
  return metadata?.deletionTimestamp === undefined ? "retry-terminating" : "going";
}

function* deletePods(job: Job, pods: readonly Pod[]): Task {
  for (const pod of pods) {
    const body = { kind: "DeleteOptions", apiVersion: "v1", ...deleteOptions(job) };
    const answer = yield* job.context.rest.attempt("DELETE", pathTo(pod), { body });
    if (answer instanceof Failure && answer.status?.reason !== "NotFound") throw answer;
  }
  if (job.dryRun !== "server") yield* waitUntilGone(job, pods, "deleted");
}

/** Asks again and again until none of the pods is there; says of each when it is gone. */
function* waitUntilGone(job: Job, pods: readonly Pod[], done: string): Task {
  const { context } = job;
  let left = pods;
  for (;;) {
    const pending: Pod[] = [];
    for (const pod of left) {
      const now = yield* context.rest.attempt<Pod>("GET", pathTo(pod));
      const failed = now instanceof Failure;
      if (failed && now.status?.reason !== "NotFound") throw now;
      if (failed || now.metadata?.uid !== pod.metadata?.uid) {
        context.out(`pod/${pod.metadata?.name} ${done}\n`, refTo(pod));
      } else if (isLongGone(context, now)) {
        const limit = context.flags.int("skip-wait-for-delete-timeout");
        context.out(
          `pod "${pod.metadata?.name}" has DeletionTimestamp older than ${limit} seconds, skipping\n`,
          refTo(pod),
        );
      } else pending.push(pod);
    }
    if (pending.length === 0) return;
    left = pending;
    const { now } = context.io.process;
    if (job.deadline !== undefined && now >= job.deadline) {
      throw fail(`global timeout reached: ${limitText(context)}`);
    }
    yield job.deadline === undefined ? POLL : Math.min(POLL, job.deadline - now);
  }
}

function limitText(context: Context): string {
  return formatGoDuration(context.flags.duration("timeout"));
}
