/**
 * Tables of roles and bindings.
 */
import { ageColumn, column, nameColumn } from "../columns";
import type { Column } from "../columns";
import type { ApiObject, RoleRef, Subject } from "../types";

type BindingLike = ApiObject & { subjects?: Subject[]; roleRef: RoleRef };

export function roleColumns<T extends ApiObject>(): Column<T>[] {
  return [
    nameColumn(),
    column("Created At", (role) => role.metadata.creationTimestamp ?? "", {
      type: "date",
      description: "When it was created.",
    }),
  ];
}

function subjectsCell(binding: BindingLike, kind: string): string {
  return (binding.subjects ?? [])
    .filter((subject) => subject.kind === kind)
    .map((s) => (kind === "ServiceAccount" ? `${s.namespace ?? ""}/${s.name}` : s.name))
    .join(", ");
}

export function bindingColumns<T extends BindingLike>(): Column<T>[] {
  return [
    nameColumn(),
    column("Role", (binding) => `${binding.roleRef.kind}/${binding.roleRef.name}`, {
      description: "The role that it grants.",
    }),
    ageColumn(),
    column("Users", (binding) => subjectsCell(binding, "User"), { wide: true }),
    column("Groups", (binding) => subjectsCell(binding, "Group"), { wide: true }),
    column("ServiceAccounts", (binding) => subjectsCell(binding, "ServiceAccount"), { wide: true }),
  ];
}
