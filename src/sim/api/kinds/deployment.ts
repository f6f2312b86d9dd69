import { defineResource } from "../resource";
import { SCALE, STATUS } from "../subresources";
import type { Deployment } from "../types";

export const deployments = defineResource<Deployment>({
  group: "apps",
  version: "v1",
  kind: "Deployment",
  resource: "deployments",
  shortNames: ["deploy"],
  categories: ["all"],
  namespaced: true,
  emptyStatus: {},
  subresources: { status: STATUS, scale: SCALE },
});
