import { apiserverProgram, type ApiServerOptions } from "../apiserver/apiserver";
import { ApiServerView } from "../apiserver/view";
import type { ApiRequest, ApiResponse, ClientCertificate, HttpMethod, WatchEvent } from "../api/http";
import type { ApiObject } from "../api/types";
import { etcd } from "../etcd/server";
import { STREAM_END } from "../kernel/connection";
import type { Host } from "../kernel/host";
import { Kernel } from "../kernel/kernel";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { MS, SECOND, type Micros } from "../kernel/time";

export const ADMIN: ClientCertificate = { commonName: "kubernetes-admin", organizations: ["system:masters"] };

/** What a request may say beside method and path. */
export interface RequestExtras {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: an administrator. */
  readonly as?: ClientCertificate | undefined;
  readonly anonymous?: boolean;
  /** Number of the API server; default 1. */
  readonly server?: number;
  readonly quiet?: boolean;
  readonly duplicateFields?: readonly string[];
}

/** A watch of a test: what has come so far. */
export interface Watching {
  readonly status: number;
  readonly events: WatchEvent<ApiObject>[];
  ended: boolean;
  stop(): void;
}

/** etcd members and API servers on masters, and a host from which tests send requests. Nothing else. */
export class ApiWorld {
  readonly kernel: Kernel;
  readonly masters: Host[] = [];
  readonly #client: Process;

  constructor(masters = 1, options: ApiServerOptions = {}, seed = 1) {
    this.kernel = new Kernel({ seed });
    const members = Array.from({ length: masters }, (_, i) => {
      return { id: i + 1, name: `master-${i + 1}`, ip: `10.0.0.${11 + i}`, learner: false };
    });
    for (const member of members) {
      const host = this.#addHost(member.name, member.ip, "master");
      const program = etcd({ id: member.id, name: member.name, members, initialState: "new" });
      host.addUnit({ name: "etcd", program, restartDelay: 1 * SECOND });
      host.addUnit({ name: "kube-apiserver", program: apiserverProgram(options), restartDelay: 1 * SECOND });
      this.masters.push(host);
      host.powerOn();
    }
    const outside = this.#addHost("client", "10.0.9.1", "outside");
    outside.powerOn();
    this.#client = outside.start("client", function* (): Task {
      for (;;) yield 3600 * SECOND;
    });
    this.until(() => this.masters.every((_, i) => this.view(i + 1)?.started === true), 60 * SECOND);
    this.run(100 * MS);
  }

  view(server = 1): ApiServerView | undefined {
    const view = this.masters[server - 1]?.processes.get("kube-apiserver")?.view;
    return view instanceof ApiServerView ? view : undefined;
  }

  run(time: Micros): void {
    this.kernel.runUntil(this.kernel.now + time);
  }

  until(done: () => boolean, limit: Micros = 30 * SECOND): void {
    const end = this.kernel.now + limit;
    while (!done()) {
      if (this.kernel.now >= end) throw new Error(`not within ${limit} µs`);
      this.run(10 * MS);
    }
  }

  /** Sends a request and lets time pass until the answer is there. */
  request(method: HttpMethod, path: string, extras: RequestExtras = {}): ApiResponse {
    let answer: ApiResponse | undefined;
    this.send(method, path, extras, (response) => (answer = response));
    this.until(() => answer !== undefined, 70 * SECOND);
    return answer as ApiResponse;
  }

  /** Sends a request now; `done` gets the answer. A broken connection is an answer of status 0. */
  send(method: HttpMethod, path: string, extras: RequestExtras, done: (response: ApiResponse) => void): void {
    const connection = this.#connect(extras);
    const options = extras.quiet === undefined ? {} : { quiet: extras.quiet };
    this.kernel.external(() => {
      const exchange = connection.start(makeRequest(method, path, extras), {
        timeout: 65 * SECOND,
        ...options,
      });
      this.#client.spawn("request", waitFor(exchange.response, done));
    });
  }

  get(path: string, query: Readonly<Record<string, string>> = {}): ApiResponse {
    return this.request("GET", path, { query });
  }

  create(path: string, body: unknown, extras: RequestExtras = {}): ApiResponse {
    return this.request("POST", path, { ...extras, body });
  }

  /** Opens a watch and lets the first events come. */
  watch(path: string, query: Readonly<Record<string, string>> = {}, extras: RequestExtras = {}): Watching {
    const exchange = this.#connect(extras).start(
      makeRequest("GET", path, { ...extras, query: { watch: "true", ...query } }),
      { timeout: 30 * SECOND },
    );
    const watching = {
      status: 0,
      events: [] as WatchEvent<ApiObject>[],
      ended: false,
      stop: () => exchange.cancel(),
    };
    this.#client.spawn(
      "watch",
      (function* (): Task {
        const first = yield* exchange.response;
        if (!first.ok) return;
        watching.status = (first.value as ApiResponse).status;
        for (;;) {
          const item: unknown = yield* exchange.inbox.receive();
          if (item === STREAM_END) break;
          watching.events.push(item as WatchEvent<ApiObject>);
        }
        watching.ended = true;
      })(),
    );
    this.run(50 * MS);
    return watching;
  }

  #connect({ as = ADMIN, anonymous = false, server = 1 }: RequestExtras) {
    const ip = `10.0.0.${10 + server}`;
    return this.#client.connect(ip, 6443, anonymous ? {} : { identity: as });
  }

  #addHost(name: string, ip: string, kind: string): Host {
    return this.kernel.network.addHost({
      name,
      ip,
      kind,
      cpuMilli: 4000,
      memoryBytes: 8e9,
      latency: 100,
      bootTime: 1,
    });
  }
}

function makeRequest(method: HttpMethod, path: string, extras: RequestExtras): ApiRequest {
  const headers: Record<string, string> = { "content-type": "application/json", ...extras.headers };
  const { query = {}, body, duplicateFields } = extras;
  const request = { method, path, query, headers, body };
  return duplicateFields === undefined ? request : { ...request, duplicateFields };
}

function* waitFor(response: Generator | unknown, done: (response: ApiResponse) => void): Task {
  const result = yield* response as Generator<unknown, { ok: boolean; value?: unknown; error?: string }>;
  if (result.ok) done(result.value as ApiResponse);
  else done({ status: 0, headers: {}, body: result.error });
}
