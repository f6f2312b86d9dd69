import {
  queryOf,
  type ApiRequest,
  type ApiResponse,
  type ClientCertificate,
  type StreamInput,
} from "../api/http";
import { STREAM_END, type Exchange, type RpcResult } from "../kernel/exchange";
import type { Process, Program } from "../kernel/process";
import { Mailbox, type Task } from "../kernel/task";
import { SECOND } from "../kernel/time";
import type { KernelEvent } from "../kernel/event-queue";
import type { HttpRequestSpec } from "./commands";

/** What became of a request of the workstation. `status` 0: no answer came, `error` says why. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly error: string;
}

/** A request under way. */
export interface StreamCall {
  /** Hangs up: nothing is told any more. */
  cancel(): void;
  /** Says more to a server whose answer goes on (`exec`); nothing once it is over. */
  send(input: StreamInput): void;
}

/** Who follows an answer that may go on: a watch, a log. Each is called in the event in which it arrives. */
export interface StreamSink {
  /** The answer, or why there is none. `more`: items follow it. */
  readonly onResponse: (answer: Answer, more: boolean) => void;
  readonly onItem: (item: unknown) => void;
  /** After the last item; `error` says why the stream broke, "" when it ended properly. */
  readonly onEnd: (error: string) => void;
}

interface Job {
  readonly spec: HttpRequestSpec;
  readonly sink: StreamSink;
  readonly context: KernelEvent;
  exchange: Exchange | undefined;
  cancelled: boolean;
}

const ADMIN: ClientCertificate = { commonName: "kubernetes-admin", organizations: ["system:masters"] };

/** Longest that an HTTP client of the operator waits for an answer. */
const CLIENT_TIMEOUT = 65 * SECOND;

/** The operator's workstation: every request is a process' worth of kubectl, with a connection of its own. */
export class Workstation {
  readonly program: Program;
  readonly #server: { readonly ip: string; readonly port: number };
  #inbox: Mailbox<Job> | undefined;
  #process: Process | undefined;

  constructor(server: { readonly ip: string; readonly port: number }) {
    this.#server = server;
    this.program = (process) => this.#main(process);
  }

  /** Types a request in; `done` is called in the event in which the answer (or the failure) arrives. */
  submit(spec: HttpRequestSpec, done: (answer: Answer) => void): void {
    const call = this.stream(spec, {
      onResponse: (answer, more) => {
        done(answer);
        if (more) call.cancel();
      },
      onItem: () => {},
      onEnd: () => {},
    });
  }

  /** Types in a request whose answer may go on. */
  stream(spec: HttpRequestSpec, sink: StreamSink): StreamCall {
    if (this.#inbox === undefined || this.#process === undefined) throw new Error("the workstation is off");
    const job: Job = {
      spec,
      sink,
      context: this.#process.kernel.context,
      exchange: undefined,
      cancelled: false,
    };
    this.#inbox.push(job);
    return {
      cancel: () => {
        job.cancelled = true;
        job.exchange?.cancel();
      },
      send: (input) => {
        if (!job.cancelled && job.exchange?.streaming === true) job.exchange.send(input);
      },
    };
  }

  *#main(process: Process): Task {
    this.#process = process;
    this.#inbox = new Mailbox<Job>(process.kernel);
    for (;;) {
      const job = yield* this.#inbox.receive();
      process.kernel.adopt(job.context);
      process.spawn("kubectl", this.#perform(process, job));
    }
  }

  *#perform(process: Process, job: Job): Task {
    const connection = process.connect(this.#server.ip, this.#server.port, { identity: ADMIN });
    if (!job.cancelled) {
      const exchange = connection.start(toRequest(job.spec), { timeout: CLIENT_TIMEOUT, quiet: false });
      job.exchange = exchange;
      const result = yield* exchange.response;
      if (!job.cancelled) yield* this.#tell(job, exchange, result);
    }
    connection.close();
  }

  *#tell({ sink }: Job, exchange: Exchange, result: RpcResult): Task {
    if (!result.ok) {
      const error = transportMessage(result.error, this.#server);
      sink.onResponse({ status: 0, headers: {}, body: undefined, error }, false);
      return;
    }
    const { status, headers, body } = result.value as ApiResponse;
    const more = exchange.streaming;
    sink.onResponse({ status, headers, body, error: "" }, more);
    while (more) {
      const item = yield* exchange.inbox.receive();
      if (item === STREAM_END) break;
      sink.onItem(item);
    }
    const { endError } = exchange;
    if (more && endError !== "closed") sink.onEnd(endError ? transportMessage(endError, this.#server) : "");
  }
}

/** Splits path and query; header names become lower-case. */
export function toRequest(spec: HttpRequestSpec): ApiRequest {
  const mark = spec.path.indexOf("?");
  const path = mark < 0 ? spec.path : spec.path.slice(0, mark);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(spec.headers ?? {})) headers[name.toLowerCase()] = value;
  headers["user-agent"] ??= "kubectl";
  const asked = queryOf(mark < 0 ? "" : spec.path.slice(mark + 1));
  const { method, body, duplicateFields } = spec;
  const request = { method, path, ...asked, headers, body };
  return duplicateFields === undefined ? request : { ...request, duplicateFields };
}

/** What a Go client prints when there is no answer. */
function transportMessage(error: string, server: { readonly ip: string; readonly port: number }): string {
  const address = `${server.ip}:${server.port}`;
  switch (error) {
    case "refused":
      return `The connection to the server ${address} was refused - did you specify the right host or port?`;
    case "reset":
      return `read tcp ${address}: read: connection reset by peer`;
    case "lost":
      return "http2: client connection lost";
    case "timeout":
      return `Unable to connect to the server: dial tcp ${address}: i/o timeout`;
    default:
      return `Unable to connect to the server: ${address}: EOF`;
  }
}
