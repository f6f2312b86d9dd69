/** What clients and members both have to know at run time; the rest of what they share is types (`records`). */
import type { EtcdError } from "../records";

export const CLIENT_PORT = 2379;

/** As the `end` of a range: no upper bound. */
export const NO_END = "\0";

/** The first key after all those that begin with `prefix`. */
export function prefixEnd(prefix: string): string {
  if (prefix === "") return NO_END;
  const last = prefix.length - 1;
  return prefix.slice(0, last) + String.fromCharCode(prefix.charCodeAt(last) + 1);
}

export const ERR_COMPACTED: EtcdError = {
  code: "OutOfRange",
  message: "etcdserver: mvcc: required revision has been compacted",
};

export const ERR_LEADER_CHANGED: EtcdError = { code: "Unavailable", message: "etcdserver: leader changed" };
