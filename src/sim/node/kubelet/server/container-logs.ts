/**
 * Logs of containers (`pkg/kubelet/kubelet_pods.go` GetKubeletContainerLogs, `staging/src/k8s.io/cri-client/pkg/logs`):
 * read from the files that the runtime writes on this host.
 */
import { err, ok, type Result } from "../../../../shared/result";
import type { ApiResponse } from "../../../api/http";
import { parseTime } from "../../../api/time";
import type { ContainerStatus, Pod, PodStatus } from "../../../api/types";
import type { Exchange } from "../../../kernel/connection";
import { Future } from "../../../kernel/future";
import { race, type Task } from "../../../kernel/task";
import { SECOND, type Micros } from "../../../kernel/time";
import { logPath, LogFile } from "../../runtime/cri/log-file";
import { LogText, readLog, type LogOptions } from "./log-text";
import { TEXT, text, type ServerParts } from "./parts";

/** Which container is asked about. */
export interface ContainerTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

type Query = Readonly<Record<string, string>>;

/** Answers with what a container has written; undefined: a stream has begun, and ended with the container. */
export function* containerLogs(
  parts: ServerParts,
  exchange: Exchange,
  target: ContainerTarget,
  query: Query,
): Task<ApiResponse | undefined> {
  const pod = parts.pods.byName(target.namespace, target.pod);
  if (pod === undefined) return text(404, `pod "${target.pod}" does not exist\n`);
  if (!hasContainer(pod, target.container)) {
    return text(404, `container "${target.container}" not found in pod "${target.pod}"\n`);
  }
  const status = parts.statuses.previous(pod);
  const id = instanceOf(status, target, query["previous"] === "true");
  if (!id.ok) return text(400, id.error);
  const found = yield* parts.cri.call("ContainerStatus", { containerId: id.value });
  if (!found.ok) return text(400, `unable to retrieve container logs for containerd://${id.value}`);
  const { name, attempt, state } = found.value;
  const sandbox = { namespace: target.namespace, name: target.pod, podUid: found.value.podUid };
  const file = parts.process.host.disk.read(logPath(sandbox, name, attempt));
  // Whoever works on the machine may have removed it, or written another in its place.
  if (!(file instanceof LogFile))
    return text(400, `unable to retrieve container logs for containerd://${id.value}`);
  const options = optionsOf(query, parts.process.now);
  if (query["follow"] !== "true") return { status: 200, headers: TEXT, body: readLog(file, options) };
  yield* follow(exchange, file, options, state === "RUNNING");
  return undefined;
}

/** Sends what is there, then what comes, until the container ends or nobody listens any more. */
function* follow(exchange: Exchange, file: LogFile, options: LogOptions, running: boolean): Task {
  exchange.begin({ status: 200, headers: TEXT, body: undefined } satisfies ApiResponse);
  const { kernel } = exchange.connection.client;
  const log = new LogText(file, options);
  for (;;) {
    const more = log.next();
    if (more !== "") exchange.push(more);
    if (log.full || !running || (!file.open && log.atEnd)) break;
    const changed = new Future<void>(kernel);
    file.onChange(() => changed.resolve());
    if ((yield* race(kernel, [changed as Future<unknown>, exchange.closed as Future<unknown>])) === 1) return;
  }
  exchange.end();
}

export function hasContainer({ spec }: Pod, name: string): boolean {
  const named = (c: { name: string }): boolean => c.name === name;
  return (
    spec.containers.some(named) ||
    (spec.initContainers ?? []).some(named) ||
    (spec.ephemeralContainers ?? []).some(named)
  );
}

/** The instance whose log is meant, by id (validateContainerLogStatus); the error is why there is none. */
function instanceOf(
  status: PodStatus,
  { container, pod }: ContainerTarget,
  previous: boolean,
): Result<string, string> {
  const found = statusOf(status, container);
  const what = `container "${container}" in pod "${pod}"`;
  if (found === undefined) return err(`${what} is not available`);
  const last = plainId(found.lastState?.terminated?.containerID);
  const { running, terminated, waiting } = found.state ?? {};
  if (previous) return last === "" ? err(`previous terminated ${what} not found`) : ok(last);
  if (running !== undefined) return ok(plainId(found.containerID));
  if (terminated !== undefined) {
    const id = plainId(terminated.containerID) || last;
    return id === "" ? err(`${what} is terminated`) : ok(id);
  }
  if (last !== "") return ok(last);
  const reason = waiting?.reason ?? "";
  if (reason === "ErrImagePull") return err(`${what} is waiting to start: image can't be pulled`);
  if (reason === "ImagePullBackOff")
    return err(`${what} is waiting to start: trying and failing to pull image`);
  return err(
    reason === "" ? `${what} is waiting to start - no logs yet` : `${what} is waiting to start: ${reason}`,
  );
}

export function statusOf(status: PodStatus, container: string): ContainerStatus | undefined {
  for (const list of [
    status.containerStatuses,
    status.initContainerStatuses,
    status.ephemeralContainerStatuses,
  ]) {
    const found = list?.find((c) => c.name === container);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `containerd://ID` without its scheme. */
export function plainId(id: string | undefined): string {
  return id === undefined ? "" : id.slice(id.indexOf("//") + 2);
}

function optionsOf(query: Query, now: Micros): LogOptions {
  const { tailLines, limitBytes, sinceSeconds, sinceTime, timestamps } = query as Record<
    string,
    string | undefined
  >;
  let since = -Infinity;
  if (sinceSeconds !== undefined) since = now - Number(sinceSeconds) * SECOND;
  else if (sinceTime !== undefined) since = parseTime(sinceTime);
  return {
    tailLines: tailLines === undefined ? undefined : Number(tailLines),
    limitBytes: limitBytes === undefined ? Infinity : Number(limitBytes),
    since,
    timestamps: timestamps === "true",
  };
}
