/**
 * `exec` and `attach` (`pkg/kubelet/server/server.go` getExec, getAttach): a session with the runtime, passed through.
 */
import { valuesOf, type ApiRequest, type ApiResponse } from "../../../api/http";
import { STREAM_END, type Exchange } from "../../../kernel/connection";
import type { Task } from "../../../kernel/task";
import type { CriResult } from "../../runtime/cri/types";
import { plainId, statusOf, type ContainerTarget } from "./container-logs";
import { text, type ServerParts } from "./parts";

/** Passes a conversation on, both ways; undefined: it has begun, and is over. */
export function* containerSession(
  parts: ServerParts,
  exchange: Exchange,
  what: "exec" | "attach",
  { namespace, pod: podName, container }: ContainerTarget,
): Task<ApiResponse | undefined> {
  const request = exchange.request as ApiRequest;
  const pod = parts.pods.byName(namespace, podName);
  if (pod === undefined) return text(404, "pod does not exist");
  const status = statusOf(parts.statuses.previous(pod), container);
  if (status?.state?.running === undefined)
    return text(500, `container not found (${JSON.stringify(container)})`);
  const containerId = plainId(status.containerID);
  const { query } = request;
  const session = parts.cri.session(
    what === "attach"
      ? { method: "Attach", containerId }
      : {
          method: "Exec",
          containerId,
          command: valuesOf(request, "command"),
          stdin: query["input"] === "1",
          tty: query["tty"] === "1",
        },
  );
  exchange.closed.addWaiter({ settled: () => session.cancel() });
  const begun = yield* session.response;
  if (!begun.ok) return text(500, "error reading from server: EOF");
  const result = begun.value as CriResult<"StopContainer">;
  if (!result.ok) return text(500, result.error.message);
  exchange.begin({ status: 101, headers: {}, body: undefined } satisfies ApiResponse);
  const reader = parts.process.spawn("session input", passInput(exchange, session));
  for (;;) {
    const item = yield* session.inbox.receive();
    if (item === STREAM_END) break;
    exchange.push(item);
  }
  reader.cancel();
  exchange.end();
  return undefined;
}

function* passInput(exchange: Exchange, session: Exchange): Task {
  for (;;) {
    const item = yield* exchange.input.receive();
    if (item === STREAM_END) return;
    session.send(item);
  }
}
