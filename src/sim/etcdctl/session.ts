import type { ClientCertificate } from "../api/http";
import { EtcdClient } from "../etcd/client";
import type { EtcdError, StatusResponse } from "../etcd/records";
import { Future } from "../kernel/future";
import { TIMED_OUT, within, type Task } from "../kernel/task";
import { SECOND, type Micros } from "../kernel/time";
import type { ProgramIo } from "../terminal/io";
import type { Result } from "../../shared/result";
import { CommandFailure, EXIT } from "./failure";
import type { Flags } from "./flags";
import { warn } from "./print";

/** Models etcdctl: --command-timeout. */
const COMMAND_TIMEOUT = 5 * SECOND;

export interface Endpoint {
  /** As the user named it. */
  readonly name: string;
  readonly client: EtcdClient;
}

/** The members that a command line names, and how it proves who it is. */
export class Session {
  readonly io: ProgramIo;
  readonly flags: Flags;
  readonly endpoints: readonly Endpoint[];
  readonly timeout: Micros;

  constructor(io: ProgramIo, flags: Flags) {
    this.io = io;
    this.flags = flags;
    this.timeout = durationOf(flags.text("command-timeout")) ?? COMMAND_TIMEOUT;
    const names = (flags.text("endpoints") ?? "127.0.0.1:2379").split(",").filter((n) => n !== "");
    const identity = this.#identity();
    this.endpoints = names.map((name) => this.#endpoint(name, identity));
  }

  /** Endpoints of other addresses, with the same certificate. */
  at(names: readonly string[]): readonly Endpoint[] {
    const identity = this.#identity();
    return names.map((name) => this.#endpoint(name, identity));
  }

  /**
   * The first member that answers, and its status. A client of etcd is connected to all of its endpoints and uses
   * those that it reached. Models clientv3: the round-robin balancer.
   */
  *reach(method: string): Task<{ readonly endpoint: Endpoint; readonly status: StatusResponse }> {
    const { process } = this.io;
    const first = new Future<{ endpoint: Endpoint; status: StatusResponse }>(process.kernel);
    let last = "";
    for (const endpoint of this.endpoints) {
      process.spawn(
        "dial",
        this.#dial(endpoint, first, (error) => (last = error)),
      );
    }
    const found = yield* within(first, this.timeout);
    if (found !== TIMED_OUT) return found;
    const detail = last === "" ? "" : ` desc = latest balancer error: last connection error: ${last}`;
    warn(
      this.io,
      method,
      this.endpoints[0]?.name ?? "",
      `code = DeadlineExceeded${detail || " desc = context deadline exceeded"}`,
    );
    throw new CommandFailure("context deadline exceeded");
  }

  /** The value of an answer; a failure ends the command as etcdctl tells it. */
  need<T>(result: Result<T, EtcdError>, endpoint: Endpoint, method: string): T {
    if (result.ok) return result.value;
    const { code, message } = result.error;
    if (code === "Unavailable" || code === "DeadlineExceeded")
      warn(this.io, method, endpoint.name, `code = ${code} desc = ${message}`);
    throw new CommandFailure(message);
  }

  *#dial(
    endpoint: Endpoint,
    first: Future<{ endpoint: Endpoint; status: StatusResponse }>,
    failed: (error: string) => void,
  ): Task {
    const status = yield* endpoint.client.status({ timeout: this.timeout, quiet: true });
    if (status.ok) first.resolve({ endpoint, status: status.value });
    else failed(status.error.message);
  }

  #endpoint(name: string, identity: unknown): Endpoint {
    const found = /^(?:https?:\/\/)?([^/:]+)(?::(\d+))?\/?$/.exec(name);
    if (found === null) throw new CommandFailure(`failed to parse endpoint "${name}"`, EXIT.badArguments);
    const [, host = "", port = "2379"] = found;
    if (port !== "2379") throw new CommandFailure(`${name}: only the client port 2379 is simulated`);
    const ip = host === "localhost" ? "127.0.0.1" : host;
    const options = identity === undefined ? {} : { identity };
    return { name, client: new EtcdClient(this.io.process, ip, { dialTimeout: this.timeout, ...options }) };
  }

  /** The holder of the certificate that the flags name; undefined when they name none. */
  #identity(): ClientCertificate | undefined {
    const [cert, key, authority] = ["cert", "key", "cacert"].map((flag) => this.flags.text(flag));
    if (cert === undefined && key === undefined) return undefined;
    if (cert === undefined || key === undefined)
      throw new CommandFailure(
        `KeyFile and CertFile must both be present[key: ${key ?? ""}, cert: ${cert ?? ""}]`,
      );
    const text = this.#read(cert);
    this.#read(key);
    if (authority !== undefined) this.#read(authority);
    return this.io.certificate(text);
  }

  #read(path: string): string {
    const absolute = path.startsWith("/") ? path : `${this.io.cwd}/${path}`;
    const text = this.io.files.read(absolute);
    if (text === undefined) throw new CommandFailure(`open ${path}: no such file or directory`);
    return text;
  }
}

function durationOf(text: string | undefined): Micros | undefined {
  if (text === undefined) return undefined;
  const found = /^(\d+)(ms|s|m)$/.exec(text);
  if (found === null) throw new CommandFailure(`invalid argument "${text}" for "--command-timeout" flag`);
  return Number(found[1]) * { ms: SECOND / 1000, s: SECOND, m: 60 * SECOND }[found[2] as "ms" | "s" | "m"];
}
