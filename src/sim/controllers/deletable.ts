import type { ResourceDefinition } from "../api/resource";

/** Kinds that the garbage collector leaves alone: Events expire by themselves. */
function isIgnored(def: ResourceDefinition): boolean {
  return def.resource === "events";
}

/** Every kind whose objects can be listed, watched and deleted, but for Events. */
export function collectableKinds(resources: readonly ResourceDefinition[]): ResourceDefinition[] {
  return resources.filter((def) => isStored(def) && !isIgnored(def) && def.verbs.includes("watch"));
}

/** Every kind whose objects live in namespaces and can be deleted; kinds that are served twice, once. */
export function namespacedKinds(resources: readonly ResourceDefinition[]): ResourceDefinition[] {
  return resources.filter(
    (def) => isStored(def) && def.namespaced && (def.conversion === undefined || def.custom !== undefined),
  );
}

function isStored(def: ResourceDefinition): boolean {
  return !def.virtual && def.verbs.includes("delete") && def.verbs.includes("list");
}
