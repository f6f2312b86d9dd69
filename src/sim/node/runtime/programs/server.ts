import type { ApiRequest, ApiResponse } from "../../../api/http";
import type { Exchange } from "../../../kernel/connection";
import type { Process } from "../../../kernel/process";
import type { Rng } from "../../../kernel/rng";
import type { Task } from "../../../kernel/task";
import { MS, SECOND, type Micros } from "../../../kernel/time";
import type { ContainerContext } from "../container-context";
import type { Behaviour, Serving } from "./behaviour";
import { httpGet, parseUrl, type Url } from "./http-client";
import { accessLine, type LogStyle } from "./log-lines";

/** A request that took part in a call chain gives up on the next one after this long. */
const CALL_TIMEOUT: Micros = 2 * SECOND;
/** CPU use is averaged over this long. */
const USAGE_WINDOW: Micros = 1 * SECOND;
/** CPU time in a window that is too little to be shown: a probe now and then. */
const NEGLIGIBLE: Micros = 5 * MS;
const TEXT: Readonly<Record<string, string>> = { "content-type": "text/plain" };

/**
 * The requests of one server process. CPU is a queue of its own: a container under a CPU limit answers later and
 * later when more comes in than it can work off.
 */
export class RequestServer {
  readonly #process: Process;
  readonly #context: ContainerContext;
  readonly #serving: Serving;
  readonly #rng: Rng;
  readonly #calls: readonly (Url | undefined)[];
  readonly #logs: LogStyle;
  readonly #idleCpu: number;
  #busyUntil: Micros = 0;
  #windowStart: Micros = 0;
  #windowCpu = 0;
  #watching = false;
  /** Requests that have no answer yet. */
  inFlight = 0;
  served = 0;

  constructor(
    process: Process,
    context: ContainerContext,
    behaviour: Pick<Behaviour, "logs" | "cpuMilli">,
    serving: Serving,
    calls: readonly string[],
  ) {
    this.#process = process;
    this.#context = context;
    this.#serving = serving;
    this.#rng = process.kernel.rng("programs");
    this.#calls = calls.map(parseUrl);
    this.#logs = behaviour.logs;
    this.#idleCpu = behaviour.cpuMilli;
  }

  /** Opens the port; false when somebody else has it. */
  open(): boolean {
    const { host, ip } = this.#process;
    if (host.listener(ip, this.#serving.port) !== undefined) return false;
    this.#process.listen(this.#serving.port, (exchange) => this.#accept(exchange));
    return true;
  }

  /** What it may use, under the limit that it has now. */
  get #cores(): number {
    const { host, container } = this.#context;
    const { cpuLimit } = container.resources;
    return (cpuLimit > 0 ? Math.min(cpuLimit, host.cpuMilli) : host.cpuMilli) / 1000;
  }

  #accept(exchange: Exchange): void {
    const { cpuPerRequest, latency, paths } = this.#serving;
    const now = this.#process.now;
    this.inFlight++;
    this.#account(cpuPerRequest);
    const work = Math.round(cpuPerRequest / this.#cores);
    this.#busyUntil = Math.max(this.#busyUntil, now) + work;
    const wait = this.#busyUntil - now + this.#rng.between(latency[0], latency[1]);
    const path = (exchange.request as Partial<ApiRequest>).path ?? "/";
    const query = path.indexOf("?");
    const found = paths === undefined || paths.includes(query < 0 ? path : path.slice(0, query));
    const isProbe = path === "/healthz" || path === "/readyz" || path === "/livez";
    if (this.#calls.length > 0 && found && !isProbe) {
      this.#process.spawn("request", this.#callOthers(exchange, wait));
      return;
    }
    const done = { server: this as RequestServer, exchange, response: found ? this.#fine() : notFound() };
    this.#process.kernel.schedule(wait, answer, done);
  }

  *#callOthers(exchange: Exchange, wait: Micros): Task {
    yield wait;
    const { dns } = this.#context.sandbox;
    const options = { timeout: CALL_TIMEOUT, userAgent: this.#context.sandbox.name };
    for (const url of this.#calls) {
      if (url === undefined) continue;
      const outcome = yield* httpGet(this.#process, url, dns, options);
      if (outcome.status >= 200 && outcome.status < 400) continue;
      const why = outcome.status === 0 ? outcome.error : `HTTP ${outcome.status}`;
      const status = outcome.error === "timeout" || outcome.error === "lost" ? 504 : 502;
      this.finish(exchange, { status, headers: TEXT, body: `${url.host}: ${why}\n` });
      return;
    }
    this.finish(exchange, this.#fine());
  }

  /** Sends the answer, unless the process has died meanwhile. */
  finish(exchange: Exchange, response: ApiResponse): void {
    if (!this.#process.alive) return;
    this.inFlight--;
    this.served++;
    const bytes = String(response.body).length;
    const line = accessLine(this.#logs, exchange, response.status, bytes, this.#process.now);
    if (line !== undefined) this.#context.log(line);
    exchange.respond(response);
  }

  #fine(): ApiResponse {
    const { container, sandbox } = this.#context;
    return { status: 200, headers: TEXT, body: `${sandbox.name} ${container.image}\n` };
  }

  #account(cpu: Micros): void {
    const now = this.#process.now;
    if (!this.#watching && now - this.#windowStart >= USAGE_WINDOW) {
      this.#windowStart = now;
      this.#windowCpu = 0;
    }
    this.#windowCpu += cpu;
    if (this.#watching || this.#windowCpu < NEGLIGIBLE) return;
    this.#watching = true;
    this.#process.kernel.schedule(USAGE_WINDOW + 1, decay, this as RequestServer, true);
  }

  /** CPU time over the length of the window that ends now. */
  #publish(): void {
    const now = this.#process.now;
    const length = Math.max(USAGE_WINDOW, now - this.#windowStart);
    const limit = this.#context.container.resources.cpuLimit;
    const used = this.#idleCpu + Math.round((this.#windowCpu * 1000) / length);
    this.#process.cpuMilli = limit > 0 ? Math.min(used, limit) : used;
    this.#windowStart = now;
    this.#windowCpu = 0;
  }

  /** Looks at the use again while there is any. */
  watch(): void {
    if (!this.#process.alive) return;
    const idle = this.#windowCpu < NEGLIGIBLE;
    if (idle) this.#windowCpu = 0;
    this.#publish();
    this.#watching = !idle;
    if (!idle) this.#process.kernel.schedule(USAGE_WINDOW + 1, decay, this as RequestServer, true);
  }
}

function notFound(): ApiResponse {
  return { status: 404, headers: TEXT, body: "404 page not found\n" };
}

interface Pending {
  readonly server: RequestServer;
  readonly exchange: Exchange;
  readonly response: ApiResponse;
}

function answer(pending: Pending): void {
  pending.server.finish(pending.exchange, pending.response);
}

function decay(server: RequestServer): void {
  server.watch();
}
