import type { EtcdClient } from "../../etcd/client";

/** What the API server needs of its etcd client; tests may put something else in its place. */
export type EtcdPort = Pick<EtcdClient, "range" | "txn" | "watchAll" | "grant" | "keepAlive" | "compact">;
