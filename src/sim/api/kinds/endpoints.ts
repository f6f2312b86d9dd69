import { defineResource } from "../resource";
import type { Endpoints } from "../types";

export const endpoints = defineResource<Endpoints>({
  group: "",
  version: "v1",
  kind: "Endpoints",
  resource: "endpoints",
  shortNames: ["ep"],
  namespaced: true,
  storagePrefix: "/registry/services/endpoints",
});
