import { defineResource } from "../resource";
import type { ConfigMap } from "../types";

export const configMaps = defineResource<ConfigMap>({
  group: "",
  version: "v1",
  kind: "ConfigMap",
  resource: "configmaps",
  shortNames: ["cm"],
  namespaced: true,
  triggerField: "metadata.name",
});
