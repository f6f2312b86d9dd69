import type { Exchange } from "./exchange";
import type { Host } from "./host";
import type { Kernel } from "./kernel";
import type { Process } from "./process";
import type { Micros } from "./time";

/** What a message does on its connection; `datagram` has none. `input`: what a client says after its request. */
export type MessageKind = "request" | "input" | "response" | "stream" | "end" | "cancel" | "datagram";

/** A message on the network: one that was sent, whether it arrives or not. */
export interface Message {
  /** Id of the event that delivers it; of no event while it does not get through. */
  id: number;
  readonly cause: number;
  /** Newest fact in its chain of causes. */
  readonly story: number;
  readonly quiet: boolean;
  readonly kind: MessageKind;
  readonly from: Process;
  /** undefined while nobody is known to listen at the other end. */
  to: Process | undefined;
  /** Hosts from sender to receiver, both included; one host twice for a message within it. */
  readonly route: readonly Host[];
  /** Port that the connection (or datagram) goes to: tells the protocol. */
  readonly port: number | string;
  readonly sent: Micros;
  received: Micros;
  readonly payload: unknown;
  /** The exchange that it belongs to; undefined for datagrams. */
  readonly exchange: Exchange | undefined;
  /** Place among those of its connection and direction, from 0. */
  readonly seq: number;
  dropped: boolean;
}

/** The record of a message that sets off now, caused by what happens now. */
export function makeMessage(
  kernel: Kernel,
  kind: MessageKind,
  from: Process,
  to: Process | undefined,
  route: readonly Host[],
  port: number | string,
  payload: unknown,
  exchange: Exchange | undefined,
  seq: number,
  quiet: boolean,
): Message {
  const context = kernel.context;
  return {
    id: 0,
    cause: context.id,
    story: context.story,
    quiet,
    kind,
    from,
    to,
    route,
    port,
    sent: kernel.now,
    received: kernel.now,
    payload,
    exchange,
    seq,
    dropped: false,
  };
}
