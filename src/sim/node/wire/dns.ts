/**
 * DNS as it travels in the simulation: one question, one answer. Only A records matter here, so a name and a list
 * of addresses are all there is of a message.
 */

export const DNS_PORT = 53;

export interface DnsQuery {
  /** Fully qualified, lower case, without the final dot. */
  readonly name: string;
}

export interface DnsAnswer {
  /** SERVFAIL: the server knows nothing yet. NXDOMAIN: there is no such name. */
  readonly code: "NOERROR" | "NXDOMAIN" | "SERVFAIL";
  readonly addresses: readonly string[];
}
