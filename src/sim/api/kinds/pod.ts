import { defineResource } from "../resource";
import { POD_SUBRESOURCES } from "../subresources";
import type { Pod } from "../types";

export const pods = defineResource<Pod>({
  group: "",
  version: "v1",
  kind: "Pod",
  resource: "pods",
  shortNames: ["po"],
  categories: ["all"],
  namespaced: true,
  emptyStatus: { phase: "Pending" },
  subresources: POD_SUBRESOURCES,
  triggerField: "spec.nodeName",
});
