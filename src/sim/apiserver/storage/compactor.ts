/**
 * Keeps etcd's history short (apiserver `pkg/storage/etcd3/compact.go`): every five minutes one of the API servers,
 * the one that wins a transaction on a common key, compacts to the revision of five minutes before.
 */
import type { Task } from "../../kernel/task";
import { MINUTE } from "../../kernel/time";
import type { EtcdPort } from "./etcd-port";

const INTERVAL = 5 * MINUTE;
const KEY = "compact_rev_key";

/** Compacts for ever. */
export function* compactor(etcd: EtcdPort): Task {
  let keyRevision = 0;
  let compactTo = 0;
  for (;;) {
    yield INTERVAL;
    const done = yield* etcd.txn(
      {
        compares: [{ key: KEY, modRevision: keyRevision }],
        success: [{ type: "put", key: KEY, value: compactTo }],
        failure: [{ type: "get", key: KEY }],
      },
      { quiet: true },
    );
    if (!done.ok) continue;
    const { succeeded, revision, found } = done.value;
    keyRevision = succeeded ? revision : (found[0]?.modRevision ?? 0);
    const target = compactTo;
    compactTo = revision;
    if (succeeded && target > 0) yield* etcd.compact(target, { quiet: true });
  }
}
