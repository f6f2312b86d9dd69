import { defineResource } from "../resource";
import type { Lease } from "../types";

export const leases = defineResource<Lease>({
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  resource: "leases",
  namespaced: true,
  triggerField: "metadata.name",
});
