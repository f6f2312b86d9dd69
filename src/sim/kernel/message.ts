import type { Exchange } from "./connection";
import type { Host } from "./host";
import type { Process } from "./process";
import type { Micros } from "./time";

/** What a message does on its connection; `datagram` has none. */
export type MessageKind =
  | "request"
  | "response"
  | "stream"
  | "end"
  | "cancel"
  | "datagram";

/** A message on the network: one that was sent, whether it arrives or not. */
export interface Message {
  /** Id of the event that delivers it (or that notices its loss). */
  id: number;
  readonly cause: number;
  /** Newest fact in its chain of causes. */
  readonly story: number;
  readonly quiet: boolean;
  readonly kind: MessageKind;
  readonly from: Process;
  /** undefined while nobody is known to listen at the other end. */
  readonly to: Process | undefined;
  /** Hosts from sender to receiver, both included; one host twice for a message within it. */
  readonly route: readonly Host[];
  /** Port that the connection (or datagram) goes to: tells the protocol. */
  readonly port: number | string;
  readonly sent: Micros;
  received: Micros;
  readonly payload: unknown;
  /** The exchange that it belongs to; undefined for datagrams. */
  readonly exchange: Exchange | undefined;
  dropped: boolean;
}
