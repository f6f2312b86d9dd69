import { defineResource } from "../resource";
import { STATUS } from "../subresources";
import type { Node } from "../types";

export const nodes = defineResource<Node>({
  group: "",
  version: "v1",
  kind: "Node",
  resource: "nodes",
  shortNames: ["no"],
  namespaced: false,
  storagePrefix: "/registry/minions",
  emptyStatus: {},
  subresources: { status: STATUS },
  triggerField: "metadata.name",
});
