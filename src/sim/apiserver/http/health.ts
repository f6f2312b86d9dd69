/**
 * `/healthz`, `/livez`, `/readyz` (apiserver `pkg/server/healthz`, `pkg/server/options/etcd.go`). Ready means that
 * etcd answers a linearizable read within 2 s. Liveness does not ask etcd here, so that an API server whose etcd has
 * lost its quorum goes on serving from its cache instead of being restarted by its kubelet.
 */
import type { ApiResponse } from "../../api/http";
import { Future } from "../../kernel/future";
import type { Task } from "../../kernel/task";
import { SECOND, type Micros } from "../../kernel/time";
import type { Server } from "../server";
import { reply, TEXT_HEADERS } from "./reply";

/** Upstream's checks of etcd share one outcome for as long as one may take. */
const ETCD_TIMEOUT: Micros = 2 * SECOND;

interface Check {
  readonly name: string;
  run(): Task<boolean>;
}

export class Health {
  /** Set when the objects that every cluster has are there. */
  bootstrapped = false;
  readonly #server: Server;
  #lastCheck: Micros = -ETCD_TIMEOUT;
  #etcd: Future<boolean> | undefined;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Answers a health path, or undefined if it is none. */
  *answer(path: string, query: Readonly<Record<string, string>>): Task<ApiResponse | undefined> {
    const [, group, single] = path.split("/", 3);
    const all = this.#checksOf(group ?? "");
    if (all === undefined) return undefined;
    const checks =
      single === undefined ? all : all.filter((check) => check.name === path.slice(group!.length + 2));
    if (checks.length === 0) return undefined;
    const excluded = (query["exclude"] ?? "").split(",");
    const lines: string[] = [];
    let failed = false;
    for (const check of checks) {
      if (excluded.includes(check.name)) {
        lines.push(`[+]${check.name} excluded: ok`);
        continue;
      }
      const fine = yield* check.run();
      if (!fine) failed = true;
      lines.push(fine ? `[+]${check.name} ok` : `[-]${check.name} failed: reason withheld`);
    }
    if (failed) return reply(500, `${lines.join("\n")}\n${group} check failed\n`, TEXT_HEADERS);
    if (query["verbose"] === undefined) return reply(200, "ok", TEXT_HEADERS);
    return reply(200, `${lines.join("\n")}\n${group} check passed\n`, TEXT_HEADERS);
  }

  #checksOf(group: string): Check[] | undefined {
    const ping: Check = { name: "ping", run: fine };
    const etcd: Check = { name: "etcd", run: () => this.#checkEtcd() };
    const started: Check = { name: "poststarthook/bootstrap", run: () => known(this.bootstrapped) };
    const synced: Check = { name: "informer-sync", run: () => known(this.#server.feed.synced.settled) };
    switch (group) {
      case "livez":
        return [ping];
      case "healthz":
        return [ping, etcd, started];
      case "readyz":
        return [ping, etcd, synced, started];
      default:
        return undefined;
    }
  }

  *#checkEtcd(): Task<boolean> {
    const { kernel, storage } = this.#server;
    if (this.#etcd !== undefined && kernel.now < this.#lastCheck + ETCD_TIMEOUT) return yield* this.#etcd;
    const outcome = new Future<boolean>(kernel);
    this.#etcd = outcome;
    this.#lastCheck = kernel.now;
    const { context } = kernel;
    const range = { key: "/registry/health", countOnly: true };
    const read = yield* storage.etcd.range(range, { timeout: ETCD_TIMEOUT, quiet: true });
    kernel.adopt(context);
    outcome.resolve(read.ok);
    return read.ok;
  }
}

function* fine(): Task<boolean> {
  return true;
}

function* known(value: boolean): Task<boolean> {
  return value;
}
