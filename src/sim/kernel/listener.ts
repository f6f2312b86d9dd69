import type { Connection, Exchange } from "./connection";
import type { Message } from "./message";
import type { Process } from "./process";

/** Called once per request, in the event of its arrival; answers at once or later through the exchange. */
export type RequestHandler = (exchange: Exchange) => void;

/**
 * Called when a connection reaches a proxy: where it goes on to, or undefined to refuse it. `attempt` counts
 * from 0 and grows when the target before was refused.
 */
export type Acceptor = (
  connection: Connection,
  attempt: number,
) => { readonly ip: string; readonly port: number } | undefined;

export type DatagramHandler = (payload: unknown, message: Message) => void;

/** An open port of a process. */
export interface Listener {
  readonly process: Process;
  readonly port: number | string;
  readonly onRequest?: RequestHandler;
  readonly accept?: Acceptor;
  readonly onDatagram?: DatagramHandler;
}
