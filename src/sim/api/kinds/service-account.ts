import { defineResource } from "../resource";
import { TOKEN } from "../subresources";
import type { ServiceAccount } from "../types";

export const serviceAccounts = defineResource<ServiceAccount>({
  group: "",
  version: "v1",
  kind: "ServiceAccount",
  resource: "serviceaccounts",
  shortNames: ["sa"],
  namespaced: true,
  subresources: { token: TOKEN },
});
