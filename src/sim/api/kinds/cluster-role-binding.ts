import { bindingColumns } from "../printing/rbac";
import { defineResource } from "../resource";
import type { ClusterRoleBinding } from "../types";
import { isPathSegment } from "../validation/names";
import { defaultBinding, RBAC_GROUP, validateBinding, validateRoleRefUpdate } from "../validation/rbac";

const ROLE_KINDS = ["ClusterRole"];

export const clusterRoleBindings = defineResource<ClusterRoleBinding>({
  group: RBAC_GROUP,
  version: "v1",
  kind: "ClusterRoleBinding",
  resource: "clusterrolebindings",
  namespaced: false,
  allowCreateOnUpdate: true,
  nameRule: isPathSegment,
  columns: bindingColumns(),
  defaults: defaultBinding,
  validate: (binding) => validateBinding(binding, ROLE_KINDS, false),
  validateUpdate(next, prev) {
    const errors = validateBinding(next, ROLE_KINDS, false);
    validateRoleRefUpdate(next.roleRef, prev.roleRef, errors);
    return errors;
  },
});
