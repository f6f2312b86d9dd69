/**
 * Taints and tolerations (`staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go`).
 */
import type { Taint, Toleration } from "./types";

/** Whether two taints are one: same key and effect; the value may differ. */
function sameTaint(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

export function findTaint(
  taints: readonly Taint[] | undefined,
  key: string,
  effect: string,
): Taint | undefined {
  if (taints === undefined) return undefined;
  for (const taint of taints) if (taint.key === key && taint.effect === effect) return taint;
  return undefined;
}

/** The taints with one more, or the same list if it is there already. */
export function addTaint(taints: readonly Taint[] | undefined, taint: Taint): Taint[] {
  const list = (taints ?? []) as Taint[];
  return list.some((t) => sameTaint(t, taint)) ? list : [...list, taint];
}

/** The taints without one, or the same list if it was not there. */
export function removeTaint(taints: readonly Taint[] | undefined, key: string, effect: string): Taint[] {
  const list = (taints ?? []) as Taint[];
  return findTaint(list, key, effect) === undefined
    ? list
    : list.filter((t) => t.key !== key || t.effect !== effect);
}

/** Whether one toleration tolerates one taint. Empty effect or key of a toleration match any. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  const { effect, key } = toleration;
  if (effect !== undefined && effect !== "" && effect !== taint.effect) return false;
  if (key !== undefined && key !== "" && key !== taint.key) return false;
  switch (toleration.operator) {
    case "Exists":
      return true;
    case "Equal":
    case "":
    case undefined:
      return (toleration.value ?? "") === (taint.value ?? "");
    default:
      return false;
  }
}

/** Whether some toleration tolerates the taint. */
export function toleratesAny(tolerations: readonly Toleration[] | undefined, taint: Taint): boolean {
  if (tolerations === undefined) return false;
  for (const toleration of tolerations) if (tolerates(toleration, taint)) return true;
  return false;
}

/** The first taint with one of the effects that nothing tolerates. */
export function findUntolerated(
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[] | undefined,
  effects: readonly string[],
): Taint | undefined {
  if (taints === undefined) return undefined;
  for (const taint of taints) {
    if (effects.includes(taint.effect) && !toleratesAny(tolerations, taint)) return taint;
  }
  return undefined;
}

/** Whether every taint with one of the effects is tolerated. */
export function toleratesAll(
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[] | undefined,
  effects: readonly string[],
): boolean {
  return findUntolerated(taints, tolerations, effects) === undefined;
}
