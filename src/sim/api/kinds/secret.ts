import { defineResource } from "../resource";
import type { Secret } from "../types";

export const secrets = defineResource<Secret>({
  group: "",
  version: "v1",
  kind: "Secret",
  resource: "secrets",
  namespaced: true,
  triggerField: "metadata.name",
});
