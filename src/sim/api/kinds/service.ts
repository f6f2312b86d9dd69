import { defineResource } from "../resource";
import { STATUS } from "../subresources";
import type { Service } from "../types";

export const services = defineResource<Service>({
  group: "",
  version: "v1",
  kind: "Service",
  resource: "services",
  shortNames: ["svc"],
  categories: ["all"],
  namespaced: true,
  storagePrefix: "/registry/services/specs",
  emptyStatus: { loadBalancer: {} },
  subresources: { status: STATUS },
});
