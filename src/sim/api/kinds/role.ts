import { roleColumns } from "../printing/rbac";
import { defineResource } from "../resource";
import type { Role } from "../types";
import { isPathSegment } from "../validation/names";
import { RBAC_GROUP, validateRules } from "../validation/rbac";

export const roles = defineResource<Role>({
  group: RBAC_GROUP,
  version: "v1",
  kind: "Role",
  resource: "roles",
  namespaced: true,
  allowCreateOnUpdate: true,
  nameRule: isPathSegment,
  columns: roleColumns(),
  defaults: (role) => (role.rules === undefined ? { ...role, rules: [] } : role),
  validate: (role) => validateRules(role.rules, true),
});
