import { err } from "../../../../shared/result";
import { Channel, type Exchange, type TransportError } from "../../../kernel/connection";
import type { Process } from "../../../kernel/process";
import type { Task } from "../../../kernel/task";
import { MINUTE, type Micros } from "../../../kernel/time";
import {
  CRI_SOCKET,
  type CriCalls,
  type CriError,
  type CriAttachRequest,
  type CriEventsRequest,
  type CriExecRequest,
  type CriMethod,
  type CriResult,
} from "./types";

/** `--runtime-request-timeout`. */
const REQUEST_TIMEOUT: Micros = 2 * MINUTE;

/** Options of one call. */
export interface CriCallOptions {
  /** The caller's limit; default 2 min. 0: none. */
  readonly timeout?: Micros;
  readonly quiet?: boolean;
}

/** A client of the host's runtime socket: calls give a result; a broken connection is an `Unavailable` error. */
export class CriClient {
  readonly #channel: Channel;

  constructor(process: Process) {
    this.#channel = new Channel(process, process.host.ip, CRI_SOCKET);
  }

  *call<M extends CriMethod>(
    method: M,
    params: CriCalls[M]["in"],
    options: CriCallOptions = {},
  ): Task<CriResult<M>> {
    const request = { method, ...params };
    const timeout = options.timeout ?? REQUEST_TIMEOUT;
    const callOptions = options.quiet === undefined ? { timeout } : { timeout, quiet: options.quiet };
    const answer = yield* this.#channel.call(request, callOptions);
    return answer.ok ? (answer.value as CriResult<M>) : err(transportError(answer.error));
  }

  /** Begins a session in a container: a `CriResult` of null, then its stream. */
  session(request: CriExecRequest | CriAttachRequest): Exchange {
    return this.#channel.start(request, { timeout: 0 });
  }

  /** Opens the stream of container events; its inbox gives `ContainerEvent`s until the runtime goes. */
  events(): Exchange {
    const request: CriEventsRequest = { method: "GetContainerEvents" };
    return this.#channel.start(request, { timeout: 0 });
  }
}

function transportError(error: TransportError): CriError {
  if (error === "timeout") {
    return { code: "DeadlineExceeded", message: "context deadline exceeded" };
  }
  const why =
    error === "refused"
      ? 'dial unix /run/containerd/containerd.sock: connect: connection refused"'
      : 'error reading from server: EOF"';
  return { code: "Unavailable", message: `connection error: desc = "transport: ${why}` };
}

/** A CRI error as Go prints it. */
export function criErrorText(error: CriError): string {
  return `rpc error: code = ${error.code} desc = ${error.message}`;
}
