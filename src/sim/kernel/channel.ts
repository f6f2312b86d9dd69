import type { Connection } from "./connection";
import type { CallOptions, Exchange, RpcResult } from "./exchange";
import type { ConnectOptions, Process } from "./process";
import type { Task } from "./task";

/** A client's standing wish to be connected to an address: dials anew when the last connection broke. */
export class Channel {
  readonly process: Process;
  readonly ip: string;
  readonly port: number | string;
  readonly #options: ConnectOptions;
  #connection: Connection | undefined;

  constructor(process: Process, ip: string, port: number | string, options: ConnectOptions = {}) {
    this.process = process;
    this.ip = ip;
    this.port = port;
    this.#options = options;
  }

  /** The living connection, or a new one. */
  get(): Connection {
    if (this.#connection === undefined || this.#connection.state === "closed") {
      this.#connection = this.process.connect(this.ip, this.port, this.#options);
    }
    return this.#connection;
  }

  /** Sends a request over the living connection and waits for its answer. */
  *call(request: unknown, options?: CallOptions): Task<RpcResult> {
    return yield* this.get().start(request, options).response;
  }

  /** Sends a request; the exchange tells what comes back. */
  start(request: unknown, options?: CallOptions): Exchange {
    return this.get().start(request, options);
  }

  /** Closes the living connection, if there is one; the next call dials anew. */
  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }
}
