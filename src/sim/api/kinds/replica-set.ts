import { defineResource } from "../resource";
import { SCALE, STATUS } from "../subresources";
import type { ReplicaSet } from "../types";

export const replicaSets = defineResource<ReplicaSet>({
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  resource: "replicasets",
  shortNames: ["rs"],
  categories: ["all"],
  namespaced: true,
  emptyStatus: { replicas: 0 },
  subresources: { status: STATUS, scale: SCALE },
});
