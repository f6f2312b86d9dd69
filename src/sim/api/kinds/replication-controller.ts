import { defineResource } from "../resource";
import { SCALE, STATUS } from "../subresources";
import type { ReplicationController } from "../types";

export const replicationControllers = defineResource<ReplicationController>({
  group: "",
  version: "v1",
  kind: "ReplicationController",
  resource: "replicationcontrollers",
  shortNames: ["rc"],
  categories: ["all"],
  namespaced: true,
  storagePrefix: "/registry/controllers",
  emptyStatus: { replicas: 0 },
  subresources: { status: STATUS, scale: SCALE },
});
