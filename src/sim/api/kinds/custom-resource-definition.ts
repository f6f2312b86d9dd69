import { column, nameColumn } from "../columns";
import { validateDefinition, validateDefinitionUpdate } from "../custom/validate-definition";
import { defineResource } from "../resource";
import { STATUS } from "../subresources";
import type { CustomResourceDefinition } from "../types";

/** Keeps a definition until all objects of its kind are gone. */
export const CLEANUP_FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

/** What the server has learned of the names, as they are on a new definition. */
const EMPTY_STATUS = { acceptedNames: { kind: "", plural: "" }, conditions: [], storedVersions: [] };

/** Notes that objects may from now on be stored in the storage version. */
function withStored(crd: CustomResourceDefinition): CustomResourceDefinition {
  const stored = crd.spec.versions?.find((version) => version.storage)?.name;
  const known = crd.status.storedVersions ?? [];
  if (stored === undefined || known.includes(stored)) return crd;
  return { ...crd, status: { ...crd.status, storedVersions: [...known, stored] } };
}

export const customResourceDefinitions = defineResource<CustomResourceDefinition>({
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  resource: "customresourcedefinitions",
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  namespaced: false,
  storagePrefix: "/registry/apiextensions.k8s.io/customresourcedefinitions",
  emptyStatus: EMPTY_STATUS,
  subresources: { status: STATUS },
  columns: [
    nameColumn(),
    column("Created At", (crd) => crd.metadata.creationTimestamp, {
      type: "date",
      description: "When the object was created.",
    }),
  ],
  defaults(crd) {
    const { spec } = crd;
    const {
      kind = "",
      singular,
      listKind,
    } = (spec.names ?? {}) as Partial<CustomResourceDefinition["spec"]["names"]>;
    const names = {
      ...spec.names,
      singular: singular === undefined || singular === "" ? kind.toLowerCase() : singular,
      listKind: (listKind === undefined || listKind === "") && kind !== "" ? `${kind}List` : listKind,
    };
    const conversion = spec.conversion ?? { strategy: "None" };
    return { ...crd, spec: { ...spec, names, conversion } } as CustomResourceDefinition;
  },
  prepareCreate: withStored,
  prepareUpdate: withStored,
  validate: validateDefinition,
  validateUpdate: (next, prev) => (next.spec === prev.spec ? [] : validateDefinitionUpdate(next, prev)),
});
