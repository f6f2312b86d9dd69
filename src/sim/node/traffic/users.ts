import type { ApiRequest, ApiResponse } from "../../api/http";
import type { Process, Program } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import { SECOND, type Micros } from "../../kernel/time";

/** A user waits no longer than this for a page. */
const TIMEOUT: Micros = 2 * SECOND;
/** While there is nothing to do, the program looks again after this long. */
const IDLE_CHECK: Micros = 1 * SECOND;
/** Outcomes that are remembered. */
const REMEMBERED = 20_000;

/** What users do; whoever composes the cluster may change it at any time. */
export interface TrafficControl {
  requestsPerSecond: number;
  /** The address that users know for the site; undefined: none has been published. */
  readonly target: () => { readonly ip: string; readonly port: number } | undefined;
}

/** How one request went. */
export interface Outcome {
  /** When it ended. */
  readonly at: Micros;
  readonly took: Micros;
  /** `""`: answered; else `connection refused`, `timed out`, `HTTP 503`, … */
  readonly error: string;
}

export interface OutcomeCount {
  readonly total: number;
  readonly ok: number;
  /** Of the newest request that failed; `""`: none did. */
  readonly lastError: string;
}

/** What the users' program shows of itself (`process.view`). */
export interface UsersView {
  /** Requests since the beginning. */
  readonly total: number;
  readonly answered: number;
  /** The outcomes of the last `window` microseconds, counted. */
  recent(window: Micros): OutcomeCount;
  /** The newest outcomes, oldest first. */
  outcomes(): readonly Outcome[];
}

/** Users outside the cluster, each request over a connection of its own, as from a different person each time. */
export function usersProgram(control: TrafficControl): Program {
  return function* main(process) {
    const users = new Users(process, control);
    process.view = users satisfies UsersView;
    yield* users.run();
  };
}

const REQUEST: ApiRequest = {
  method: "GET",
  path: "/",
  query: {},
  headers: { "user-agent": "Mozilla/5.0" },
  body: undefined,
};

class Users implements UsersView {
  total = 0;
  answered = 0;
  readonly #process: Process;
  readonly #control: TrafficControl;
  #outcomes: Outcome[] = [];

  constructor(process: Process, control: TrafficControl) {
    this.#process = process;
    this.#control = control;
  }

  outcomes(): readonly Outcome[] {
    return this.#outcomes;
  }

  recent(window: Micros): OutcomeCount {
    const from = this.#process.now - window;
    let total = 0;
    let ok = 0;
    let lastError = "";
    for (let i = this.#outcomes.length - 1; i >= 0; i--) {
      const outcome = this.#outcomes[i] as Outcome;
      if (outcome.at < from) break;
      total++;
      if (outcome.error === "") ok++;
      else if (lastError === "") lastError = outcome.error;
    }
    return { total, ok, lastError };
  }

  *run(): Task {
    const rng = this.#process.kernel.rng("users");
    for (;;) {
      const { requestsPerSecond } = this.#control;
      if (requestsPerSecond <= 0) {
        yield IDLE_CHECK;
        continue;
      }
      // People do not come in step: from half to one and a half times the mean distance.
      const mean = SECOND / requestsPerSecond;
      yield Math.round(mean / 2) + rng.below(Math.max(1, Math.round(mean)));
      this.#process.kernel.setQuiet(false);
      const target = this.#control.target();
      if (target !== undefined) this.#process.spawn("request", this.#request(target.ip, target.port));
    }
  }

  *#request(ip: string, port: number): Task {
    const from = this.#process.now;
    const connection = this.#process.connect(ip, port, { dialTimeout: TIMEOUT });
    const answer = yield* connection.call(REQUEST, { timeout: TIMEOUT, quiet: true });
    connection.close();
    const status = answer.ok ? (answer.value as ApiResponse).status : 0;
    let error = "";
    if (!answer.ok) error = ERRORS[answer.error];
    else if (status >= 400) error = `HTTP ${status}`;
    this.total++;
    if (error === "") this.answered++;
    const { now } = this.#process;
    this.#outcomes.push({ at: now, took: now - from, error });
    if (this.#outcomes.length > 2 * REMEMBERED) this.#outcomes = this.#outcomes.slice(-REMEMBERED);
  }
}

const ERRORS = {
  refused: "connection refused",
  reset: "connection reset",
  lost: "connection lost",
  timeout: "timed out",
  closed: "connection closed",
} as const;
