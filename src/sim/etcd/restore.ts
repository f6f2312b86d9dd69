/** Makes the data folder of a member of a new cluster from a snapshot of another, as etcdutl does. */
import type { Disk } from "../kernel/disk";
import type { Task } from "../kernel/task";
import { bootstrapEntries } from "../raft/membership";
import type { Snapshot } from "../raft/types";
import type { KeyValue, MemberInfo } from "./records";
import { founder, type StateImage } from "./state-machine";
import type { StoreImage } from "./store";
import { dataFiles, Wal, type WalIdentity } from "./wal";

export interface RestorePlan {
  /** An absolute path. */
  readonly dataDir: string;
  /** Whose folder it will be. */
  readonly owner: WalIdentity;
  /** All members of the new cluster. */
  readonly members: readonly MemberInfo[];
  /** So much is added to the revision, and what lies before it compacted; 0: nothing is. */
  readonly bump: number;
}

/**
 * Writes log and snapshot; they are durable when it is done. Members, and all that the protocol knew, are new; keys,
 * leases and revisions are as they were. Models etcd: etcdutl/snapshot/v3_snapshot.go (saveDB, saveWALAndSnap).
 */
export function* restoreDataDir(disk: Disk, image: StateImage, plan: RestorePlan): Task {
  const { dataDir, owner, members, bump } = plan;
  const entries = bootstrapEntries(members.map(founder));
  const data: StateImage = {
    store: bump === 0 ? image.store : bumped(image.store, bump),
    lessor: image.lessor,
    members,
  };
  const voters = members.map((m) => m.id);
  const snapshot: Snapshot = { index: entries.length, term: 1, membership: { voters, learners: [] }, data };
  new Wal(disk, dataDir, owner).bootstrap(entries);
  disk.write(dataFiles(dataDir).snapshot, snapshot);
  yield* disk.fsync();
}

/** Models etcd: v3_snapshot.go (modifyLatestRevision): whoever watches from an older revision has to read anew. */
function bumped(store: StoreImage, bump: number): StoreImage {
  const revision = store.revision + bump;
  const newest = new Map<string, KeyValue>();
  for (const kv of store.versions) newest.set(kv.key, kv);
  const versions = [...newest.values()].filter((kv) => kv.version > 0);
  return { revision, compactRevision: revision, versions, history: [] };
}
