/**
 * Gives ClusterRoles that are made of others the rules of those
 * (`pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go`).
 */
import { deepEqual } from "../api/deep-equal";
import { clusterRoles } from "../api/kinds/cluster-role";
import { compileLabelSelector } from "../api/selector";
import type { ClusterRole, PolicyRule } from "../api/types";
import type { Task } from "../kernel/task";
import type { ControllerContext } from "./context";
import { Engine, type SyncError } from "./engine";
import type { Controller } from "./table";

const NAME = "clusterrole-aggregation-controller";
const WORKERS = 5;

/** The rules of all roles that one of its selectors selects, each once. */
export function aggregatedRules(role: ClusterRole, all: readonly ClusterRole[]): PolicyRule[] {
  const rules: PolicyRule[] = [];
  const others = all
    .filter(({ metadata }) => metadata.name !== role.metadata.name)
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const selects = compileLabelSelector(selector);
    for (const other of others) {
      if (!selects.matches(other.metadata.labels ?? {})) continue;
      for (const rule of other.rules ?? []) {
        if (!rules.some((known) => deepEqual(known, rule))) rules.push(rule);
      }
    }
  }
  return rules;
}

/** The controller that keeps `admin`, `edit`, `view` and their like up to date. */
export function clusterRoleAggregation(context: ControllerContext): Controller {
  const client = context.client(NAME);
  const roles = context.informers.informer(clusterRoles);
  const engine = new Engine(context.process, { name: NAME, workers: WORKERS, sync });
  // Any role may be part of any other.
  const wake = (): void => {
    for (const role of roles.list()) if (role.aggregationRule !== undefined) engine.enqueue(role);
  };
  roles.addHandler({ onAdd: wake, onUpdate: wake, onDelete: wake });

  function* sync(name: string): Task<SyncError> {
    const role = roles.get(name);
    if (role?.aggregationRule === undefined) return undefined;
    const rules = aggregatedRules(role, roles.list());
    if (deepEqual(rules, role.rules ?? [])) return undefined;
    engine.decide(name, `${rules.length} rules`, `${role.rules?.length ?? 0} rules`, "write them");
    const { apiVersion, kind } = clusterRoles;
    const body = { apiVersion, kind, metadata: { name }, rules };
    const written = yield* client.patch(clusterRoles, undefined, name, {
      type: "apply",
      manager: NAME,
      body,
    });
    return written.ok ? undefined : written.error;
  }

  return { engine, start: () => engine.start([roles.synced]) };
}
