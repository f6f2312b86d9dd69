import { bindingColumns } from "../printing/rbac";
import { defineResource } from "../resource";
import type { RoleBinding } from "../types";
import { isPathSegment } from "../validation/names";
import { defaultBinding, RBAC_GROUP, validateBinding, validateRoleRefUpdate } from "../validation/rbac";

const ROLE_KINDS = ["Role", "ClusterRole"];

export const roleBindings = defineResource<RoleBinding>({
  group: RBAC_GROUP,
  version: "v1",
  kind: "RoleBinding",
  resource: "rolebindings",
  namespaced: true,
  allowCreateOnUpdate: true,
  nameRule: isPathSegment,
  columns: bindingColumns(),
  defaults: defaultBinding,
  validate: (binding) => validateBinding(binding, ROLE_KINDS, true),
  validateUpdate(next, prev) {
    const errors = validateBinding(next, ROLE_KINDS, true);
    validateRoleRefUpdate(next.roleRef, prev.roleRef, errors);
    return errors;
  },
});
