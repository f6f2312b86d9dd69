import { roleColumns } from "../printing/rbac";
import { defineResource } from "../resource";
import type { ClusterRole } from "../types";
import { isPathSegment } from "../validation/names";
import { RBAC_GROUP, validateRules } from "../validation/rbac";

export const clusterRoles = defineResource<ClusterRole>({
  group: RBAC_GROUP,
  version: "v1",
  kind: "ClusterRole",
  resource: "clusterroles",
  namespaced: false,
  allowCreateOnUpdate: true,
  nameRule: isPathSegment,
  columns: roleColumns(),
  defaults: (role) => (role.rules === undefined ? { ...role, rules: [] } : role),
  validate: (role) => validateRules(role.rules, false),
});
