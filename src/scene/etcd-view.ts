import { memberOf } from "../sim/cluster/member-of";
import type { Host } from "../sim/kernel/host";
import type { EtcdView } from "./types";

/** Entries that the mini-log shows. */
const LOG_SHOWN = 14;

/** The etcd member of a master; undefined while it does not run. */
export function etcdView(host: Host): EtcdView | undefined {
  const member = host.kind === "master" ? memberOf(host) : undefined;
  if (member === undefined) return undefined;
  return {
    term: member.term,
    role: member.role,
    commit: member.commit,
    appended: member.appended,
    applied: member.applied,
    revision: member.revision,
    log: member.log(LOG_SHOWN).map(({ index, committed }) => ({ index, committed })),
  };
}
