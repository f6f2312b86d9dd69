import { ageColumn, nameColumn } from "../columns";
import { integerColumn } from "../printing/cells";
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
  columns: [
    nameColumn(),
    integerColumn("Secrets", (account) => account.secrets?.length, "How many secrets it may use."),
    ageColumn(),
  ],
});
