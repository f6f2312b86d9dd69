import type { ApiRequest, ApiResponse } from "../api/http";
import { Channel, type Connection } from "../kernel/connection";
import type { Process, Program } from "../kernel/process";
import type { Task } from "../kernel/task";
import { SECOND } from "../kernel/time";

/** Seconds between two checks, checks that must fail in a row, checks that must succeed in a row. */
const CHECK_INTERVAL = 2 * SECOND;
const FALL = 3;
const RISE = 2;

export interface Backend {
  readonly name: string;
  readonly ip: string;
}

/** What the load balancer shows of itself. */
export interface LoadBalancerView {
  readonly backends: readonly {
    readonly name: string;
    readonly healthy: boolean;
    readonly connections: number;
  }[];
}

interface BackendState extends Backend {
  healthy: boolean;
  streak: number;
  readonly connections: Set<Connection>;
}

const CHECK: ApiRequest = { method: "GET", path: "/readyz", query: {}, headers: {}, body: undefined };

/**
 * The load balancer before the API servers: a proxy of connections (as HAProxy in TCP mode, with its default
 * check interval, fall and rise). Each connection goes to the healthy backend with the fewest; when a backend
 * is marked down, its connections are shut (`on-marked-down shutdown-sessions`). When none is healthy it fails
 * open, as the clouds' network load balancers do: API servers that lost etcd can still answer from their caches.
 */
export function loadBalancerProgram(port: number, backends: readonly Backend[]): Program {
  return function* loadBalancer(process) {
    const states = backends.map<BackendState>((b) => ({
      ...b,
      healthy: true,
      streak: 0,
      connections: new Set(),
    }));
    process.view = {
      get backends() {
        return states.map((s) => ({ name: s.name, healthy: s.healthy, connections: s.connections.size }));
      },
    } satisfies LoadBalancerView;
    process.listenProxy(port, (connection, attempt) => {
      const healthy = states.filter((s) => s.healthy);
      const ranked = (healthy.length > 0 ? healthy : [...states]).sort(
        (a, b) => a.connections.size - b.connections.size,
      );
      const chosen = ranked[attempt % Math.max(1, ranked.length)];
      if (chosen === undefined) return undefined;
      const leave = (): void => {
        for (const s of states) s.connections.delete(connection);
      };
      if (attempt === 0) connection.closed.addWaiter({ settled: leave });
      leave();
      chosen.connections.add(connection);
      return { ip: chosen.ip, port };
    });
    const note = (s: BackendState, up: boolean): void => {
      if (!turned(s, up)) return;
      process.fact("backend", s.name, { healthy: up, left: states.filter((x) => x.healthy).length });
      if (up || states.every((x) => !x.healthy)) return;
      for (const c of s.connections) c.abort();
      s.connections.clear();
    };
    for (const s of states) process.spawn(`check ${s.name}`, check(process, s, port, note));
    for (;;) yield 3600 * SECOND;
  };
}

function* check(
  process: Process,
  backend: BackendState,
  port: number,
  note: (backend: BackendState, up: boolean) => void,
): Task {
  const channel = new Channel(process, backend.ip, port, {
    dialTimeout: CHECK_INTERVAL,
    keepalive: 10 * SECOND,
  });
  // The backends are not all checked at the same instant.
  yield process.kernel.rng("load-balancer").below(CHECK_INTERVAL);
  for (;;) {
    const answer = yield* channel.call(CHECK, { timeout: CHECK_INTERVAL, quiet: true });
    const up = answer.ok && (answer.value as ApiResponse).status === 200;
    note(backend, up);
    yield CHECK_INTERVAL;
  }
}

/** Counts a check; true when the backend's health turned. */
function turned(backend: BackendState, up: boolean): boolean {
  if (up === backend.healthy) {
    backend.streak = 0;
    return false;
  }
  backend.streak++;
  if (backend.streak < (up ? RISE : FALL)) return false;
  backend.healthy = up;
  backend.streak = 0;
  return true;
}
