/** What `kubectl run` does with a pod that it stays with (kubectl `pkg/cmd/run/run.go`). */
import type { Task } from "../../kernel/task";
import { bare, fail, Failure } from "../cli/failure";
import type { Context } from "../context";
import { refOf, type AnyObject, type Info } from "../resource/info";
import type { PodObject } from "../resource/pods-of";
import { converse } from "./exec";
import { waitForObject } from "./waiting";

type RunPod = PodObject & {
  readonly status?: {
    readonly containerStatuses?: readonly {
      readonly state?: {
        readonly terminated?: {
          readonly exitCode: number;
          readonly reason?: string;
          readonly message?: string;
        };
      };
    }[];
  };
};

/** Follows a pod to its end; gives its exit code where it ends for good. Removes it with `--rm`. */
export function* attachTo(
  context: Context,
  pod: AnyObject,
  restartPolicy: string,
  service: AnyObject | undefined,
): Task<number> {
  const info = yield* infoFor(context, "pods", pod);
  const infos = service === undefined ? [info] : [info, yield* infoFor(context, "services", service)];
  let failure: Failure | undefined;
  try {
    yield* follow(context, info);
    if (restartPolicy !== "Always" && !context.flags.bool("leave-stdin-open")) {
      yield* waitForEnd(context, info, restartPolicy);
    }
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    failure = e;
  }
  if (context.flags.bool("rm")) for (const made of infos) yield* remove(context, made);
  if (failure !== undefined) throw failure;
  return 0;
}

function* infoFor(context: Context, type: string, object: AnyObject): Task<Info> {
  const mapping = yield* context.resource(type);
  const { name = "" } = object.metadata ?? {};
  return { mapping, namespace: context.namespace, name, object, source: "" };
}

function ended(object: AnyObject | undefined): boolean {
  const phase = (object as RunPod | undefined)?.status?.phase;
  return phase === "Succeeded" || phase === "Failed";
}

function isReady(object: AnyObject | undefined): boolean {
  const { phase, conditions } = (object as RunPod | undefined)?.status ?? {};
  return phase === "Running" && conditions?.some((c) => c.type === "Ready" && c.status === "True") === true;
}

function* follow(context: Context, info: Info): Task {
  const { flags, io } = context;
  const deadline = io.process.now + flags.duration("pod-running-timeout");
  const pod = yield* waiting(context, info, deadline, (object) => ended(object) || isReady(object));
  const container = pod.spec?.containers?.[0]?.name ?? "";
  if (ended(pod)) {
    yield* printLog(context, info, container);
    return;
  }
  const stdin = flags.bool("stdin");
  const tty = flags.bool("tty") && stdin && !io.input.piped;
  if (flags.bool("tty") && !tty) {
    context.err("Unable to use a TTY - input is not a terminal or the right kind of file\n");
  }
  if (!flags.bool("quiet")) context.err("If you don't see a command prompt, try pressing enter.\n");
  try {
    yield* converse(context, "attach", pod, { container, command: [], stdin, tty });
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    context.err(
      `warning: couldn't attach to pod/${info.name}, falling back to streaming logs: ${e.message}\n`,
    );
    yield* printLog(context, info, container);
  }
}

/** @throws Failure when time is up */
function* waiting(
  context: Context,
  info: Info,
  deadline: number,
  holds: (object: AnyObject | undefined) => boolean,
): Task<RunPod> {
  try {
    const met = yield* waitForObject(
      context,
      info,
      deadline,
      (object) => object === undefined || holds(object),
    );
    if (met !== undefined) return met as RunPod;
  } catch (e) {
    if (!(e instanceof Failure) || !e.message.startsWith("timed out waiting")) throw e;
    throw fail("timed out waiting for the condition");
  }
  throw fail('pods "" not found');
}

function* printLog(context: Context, info: Info, container: string): Task {
  const path = `/api/v1/namespaces/${info.namespace}/pods/${info.name}/log`;
  const { body, stream } = yield* context.rest.stream(path, { container }, "application/json, */*");
  if (typeof body === "string") context.out(body, refOf(info));
  if (stream === undefined) return;
  for (let item = yield* stream.next(); item !== undefined; item = yield* stream.next()) {
    context.out(item as string, refOf(info));
  }
}

/** @throws Failure with the exit code of a container that failed */
function* waitForEnd(context: Context, info: Info, restartPolicy: string): Task {
  const deadline = context.io.process.now + context.flags.duration("pod-running-timeout");
  const over = (object: AnyObject | undefined): boolean =>
    restartPolicy === "OnFailure"
      ? (object as RunPod | undefined)?.status?.phase === "Succeeded"
      : ended(object);
  const pod = yield* waiting(context, info, deadline, over);
  if (pod.status?.phase === "Succeeded") return;
  const name = `${info.namespace}/${info.name}`;
  const state = pod.status?.containerStatuses?.[0]?.state?.terminated;
  if (state === undefined || state.exitCode === 0) throw fail(`pod ${name} failed with unknown exit code`);
  throw bare(`pod ${name} terminated (${state.reason ?? ""})\n${state.message ?? ""}`, state.exitCode);
}

function* remove(context: Context, info: Info): Task {
  const { kind, resource } = info.mapping;
  const path = `/api/v1/namespaces/${info.namespace}/${resource}/${info.name}`;
  const body = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Background" };
  const answer = yield* context.rest.attempt("DELETE", path, { body });
  if (answer instanceof Failure) {
    if (answer.status?.reason === "NotFound") return;
    throw answer;
  }
  if (context.flags.bool("quiet")) return;
  context.out(`${kind.toLowerCase()} "${info.name}" deleted from ${info.namespace} namespace\n`, refOf(info));
}
