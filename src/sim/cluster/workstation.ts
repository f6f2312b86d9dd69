import type { ApiRequest, ApiResponse, ClientCertificate } from "../api/http";
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

interface Job {
  readonly spec: HttpRequestSpec;
  readonly done: (answer: Answer) => void;
  readonly context: KernelEvent;
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
    if (this.#inbox === undefined || this.#process === undefined) throw new Error("the workstation is off");
    this.#inbox.push({ spec, done, context: this.#process.kernel.context });
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
    const request = toRequest(job.spec);
    const result = yield* connection.call(request, { timeout: CLIENT_TIMEOUT, quiet: false });
    if (result.ok) {
      const response = result.value as ApiResponse;
      job.done({ status: response.status, headers: response.headers, body: response.body, error: "" });
    } else {
      job.done({ status: 0, headers: {}, body: undefined, error: transportMessage(result.error, this.#server) });
    }
    connection.close();
  }
}

/** Splits path and query; header names become lower-case. */
export function toRequest(spec: HttpRequestSpec): ApiRequest {
  const [path, queryText] = cut(spec.path, "?");
  const query: Record<string, string> = {};
  for (const pair of queryText === "" ? [] : queryText.split("&")) {
    const [name, value] = cut(pair, "=");
    query[decode(name)] = decode(value);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(spec.headers ?? {})) headers[name.toLowerCase()] = value;
  headers["user-agent"] ??= "kubectl";
  return { method: spec.method, path, query, headers, body: spec.body };
}

function cut(text: string, at: string): [string, string] {
  const i = text.indexOf(at);
  return i < 0 ? [text, ""] : [text.slice(0, i), text.slice(i + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
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
