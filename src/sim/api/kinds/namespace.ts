import { defineResource } from "../resource";
import { STATUS } from "../subresources";
import type { Namespace } from "../types";

export const namespaces = defineResource<Namespace>({
  group: "",
  version: "v1",
  kind: "Namespace",
  resource: "namespaces",
  shortNames: ["ns"],
  namespaced: false,
  emptyStatus: { phase: "Active" },
  subresources: { status: STATUS, finalize: { verbs: ["update"] } },
});
