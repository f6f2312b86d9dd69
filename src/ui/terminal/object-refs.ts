/** Which thing on the stage a line of output is about. */
import type { ObjectRef } from "../../worker/protocol/protocol";
import type { LiveScene } from "../store/fold";
import type { Entity } from "../store/ui-store";

/** Kinds that the ledger may have a row for, by their plural. */
const WORKLOADS: Readonly<Record<string, string>> = {
  deployments: "Deployment",
  replicasets: "ReplicaSet",
  statefulsets: "StatefulSet",
  daemonsets: "DaemonSet",
  jobs: "Job",
  cronjobs: "CronJob",
  replicationcontrollers: "ReplicationController",
};

const here = (object: ObjectRef) => (view: { readonly namespace: string; readonly name: string }) =>
  view.namespace === object.namespace && view.name === object.name;

/** The thing on the stage; null when it is not drawn. */
export function entityOf(object: ObjectRef, scene: LiveScene | null): Entity | null {
  if (!scene) return null;
  const { resource, name, namespace } = object;
  if (resource === "nodes") return scene.hosts[name] ? { kind: "host", id: name } : null;
  if (resource === "pods") {
    const [uid] = Object.entries(scene.pods).find(([, pod]) => here(object)(pod)) ?? [];
    return uid === undefined ? null : { kind: "pod", id: uid };
  }
  if (resource === "services" || resource === "endpoints") {
    const service = Object.values(scene.services).find(here(object));
    return service ? { kind: "service", id: service.id } : null;
  }
  const id = `${WORKLOADS[resource] ?? ""}/${namespace}/${name}`;
  if (scene.workloads[id]) return { kind: "workload", id };
  if (resource !== "replicasets") return null;
  const owner = Object.values(scene.workloads).find(
    (w) => w.namespace === namespace && w.replicaSets.some((set) => set.name === name),
  );
  return owner ? { kind: "workload", id: owner.id } : null;
}

/** Lines whose object is remembered; the oldest go. */
const KEPT = 20_000;

/** Remembers by their text what lines are about: the newest meaning of a text counts. */
export class RowMemory {
  readonly #refs = new Map<string, ObjectRef>();

  note(text: string, ref: ObjectRef): void {
    for (const line of text.split("\n")) {
      const key = line.trimEnd();
      if (key === "") continue;
      this.#refs.delete(key);
      this.#refs.set(key, ref);
    }
    for (const key of this.#refs.keys()) {
      if (this.#refs.size <= KEPT) break;
      this.#refs.delete(key);
    }
  }

  find(line: string): ObjectRef | undefined {
    return this.#refs.get(line.trimEnd());
  }
}
