import type { Container, Pod } from "../../api/types";
import type { ApiRequest, ApiResponse } from "../../api/http";
import type { Process } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import { SECOND, type Micros } from "../../kernel/time";
import { criErrorText, type CriClient } from "../runtime/cri/client";

type Handler = NonNullable<NonNullable<Container["lifecycle"]>["preStop"]> & {
  /** Newer than the types' package. */
  readonly sleep?: { readonly seconds: number };
};

/** What a hook is run on. */
export interface HookTarget {
  readonly pod: Pod;
  readonly container: Container;
  readonly containerId: string;
  readonly podIp: string;
}

/** A port given by number or by the name of a container's port; undefined: there is none of that name. */
export function portNumber(container: Container, port: number | string): number | undefined {
  if (typeof port === "number") return port;
  const named = container.ports?.find((p) => p.name === port);
  if (named !== undefined) return named.containerPort;
  const n = Number(port);
  return Number.isInteger(n) && n > 0 ? n : undefined;
}

/** Runs a lifecycle hook for at most `limit`; gives what went wrong, or undefined. */
export function* runHook(
  process: Process,
  cri: CriClient,
  handler: Handler,
  target: HookTarget,
  limit: Micros,
): Task<string | undefined> {
  if (handler.sleep !== undefined) {
    yield Math.min(handler.sleep.seconds * SECOND, limit);
    return undefined;
  }
  if (handler.exec !== undefined) {
    const command = handler.exec.command ?? [];
    const { containerId } = target;
    const result = yield* cri.call("ExecSync", { containerId, command, timeout: limit }, { timeout: 0 });
    if (!result.ok) return criErrorText(result.error);
    const { exitCode, output } = result.value;
    if (exitCode === 0) return undefined;
    return `command '${command.join(" ")}' exited with ${exitCode}: ${output}`;
  }
  const http = handler.httpGet;
  const port = http && portNumber(target.container, http.port);
  if (http === undefined || port === undefined) return undefined;
  const ip = http.host === undefined || http.host === "" ? target.podIp : http.host;
  const request: ApiRequest = {
    method: "GET",
    path: http.path ?? "/",
    query: {},
    headers: { "user-agent": "kube-lifecycle/1.35" },
    body: undefined,
  };
  const connection = process.connect(ip, port);
  const answer = yield* connection.call(request, { timeout: limit });
  connection.close();
  if (!answer.ok) return `Get "http://${ip}:${port}${request.path}": ${answer.error}`;
  const { status } = answer.value as ApiResponse;
  return status < 400 ? undefined : `unexpected HTTP status: ${status}`;
}
