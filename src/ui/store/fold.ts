/**
 * Keeps the newest scene and what the stage asks of it most: who stands on which host, in which order.
 *
 * The containers are changed in place (a frame of a 5,000-node cluster must cost what changed, not what
 * exists); the views inside are replaced, never mutated, so a selector for one id returns the same reference
 * until exactly that one changes. Lists are replaced when they change.
 */
import type {
  HostView,
  LinkView,
  PodView,
  Scene,
  SceneDelta,
  ServiceView,
  WorkloadView,
} from "../../scene/types";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A scene whose records grow in place. */
export interface LiveScene extends Mutable<Scene> {
  hosts: Record<string, HostView>;
  pods: Record<string, PodView>;
  workloads: Record<string, WorkloadView>;
  services: Record<string, ServiceView>;
  links: Record<string, LinkView>;
}

export interface SceneLists {
  /** Host ids by position. */
  masters: readonly string[];
  workers: readonly string[];
  /** Pods that the stage draws as pods, by host ("" = not yet scheduled), by slot. */
  podsOf: Record<string, readonly PodView[]>;
  podCount: number;
  workloads: readonly string[];
  services: readonly string[];
  links: readonly string[];
}

export interface Folded {
  readonly scene: LiveScene;
  readonly lists: SceneLists;
}

const NO_PODS: readonly PodView[] = [];

/** Captions kept for the story; older ones scroll out. */
const CAPTIONS_KEPT = 400;

const drawn = (pod: PodView): boolean => !pod.system;

const bySlot = (a: PodView, b: PodView): number => a.slot - b.slot || (a.uid < b.uid ? -1 : 1);

/** Builds the live scene and its lists from a whole snapshot. */
export function fromSnapshot(snapshot: Scene): Folded {
  const scene: LiveScene = {
    ...snapshot,
    hosts: { ...snapshot.hosts },
    pods: { ...snapshot.pods },
    workloads: { ...snapshot.workloads },
    services: { ...snapshot.services },
    links: { ...snapshot.links },
  };
  const lists: SceneLists = {
    masters: [],
    workers: [],
    podsOf: {},
    podCount: 0,
    workloads: [],
    services: [],
    links: [],
  };
  const groups = new Map<string, PodView[]>();
  for (const pod of Object.values(scene.pods)) {
    if (!drawn(pod)) continue;
    lists.podCount += 1;
    const group = groups.get(pod.node);
    if (group) group.push(pod);
    else groups.set(pod.node, [pod]);
  }
  for (const [host, pods] of groups) lists.podsOf[host] = pods.toSorted(bySlot);
  listHosts(scene, lists);
  listWorkloads(scene, lists);
  lists.services = Object.keys(scene.services);
  lists.links = Object.keys(scene.links);
  return { scene, lists };
}

function listHosts(scene: LiveScene, lists: SceneLists): void {
  const of = (kind: HostView["kind"]): string[] =>
    Object.values(scene.hosts)
      .filter((host) => host.kind === kind)
      .toSorted((a, b) => a.index - b.index || (a.id < b.id ? -1 : 1))
      .map((host) => host.id);
  lists.masters = of("master");
  lists.workers = of("worker");
}

/** System workloads (cluster DNS) follow the user's own. */
function listWorkloads(scene: LiveScene, lists: SceneLists): void {
  lists.workloads = Object.values(scene.workloads)
    .toSorted((a, b) => Number(a.system) - Number(b.system) || (a.id < b.id ? -1 : 1))
    .map((workload) => workload.id);
}

/** Applies what changed, in place; `lists` gets new arrays only where membership or members changed. */
export function applyDelta({ scene, lists }: Folded, delta: SceneDelta): void {
  scene.time = delta.time;
  if (delta.openedAt !== undefined) scene.openedAt = delta.openedAt;
  if (delta.health) scene.health = delta.health;
  if (delta.traffic) scene.traffic = delta.traffic;
  if (delta.cloud) scene.cloud = delta.cloud;
  if (delta.captions && delta.captions.length > 0) {
    scene.captions = [...scene.captions, ...delta.captions].slice(-CAPTIONS_KEPT);
  }
  applyHosts(scene, lists, delta);
  applyPods(scene, lists, delta);
  if (applyTo(scene.workloads, delta.upsert.workloads, delta.remove.workloads)) listWorkloads(scene, lists);
  if (applyTo(scene.services, delta.upsert.services, delta.remove.services)) {
    lists.services = Object.keys(scene.services);
  }
  if (applyTo(scene.links, delta.upsert.links, delta.remove.links)) lists.links = Object.keys(scene.links);
}

/** @returns whether ids came or went */
function applyTo<T extends { readonly id: string }>(
  record: Record<string, T>,
  upsert: readonly T[] | undefined,
  remove: readonly string[] | undefined,
): boolean {
  let membership = false;
  for (const view of upsert ?? []) {
    if (record[view.id] === undefined) membership = true;
    record[view.id] = view;
  }
  for (const id of remove ?? []) {
    if (record[id] === undefined) continue;
    membership = true;
    delete record[id];
  }
  return membership;
}

function applyHosts(scene: LiveScene, lists: SceneLists, delta: SceneDelta): void {
  if (applyTo(scene.hosts, delta.upsert.hosts, delta.remove.hosts)) listHosts(scene, lists);
}

function applyPods(scene: LiveScene, lists: SceneLists, delta: SceneDelta): void {
  if (delta.upsert.pods === undefined && delta.remove.pods === undefined) return;
  const dirty = new Map<string, Map<string, PodView>>();
  const groupOf = (host: string): Map<string, PodView> => {
    let group = dirty.get(host);
    if (!group) {
      group = new Map((lists.podsOf[host] ?? NO_PODS).map((pod) => [pod.uid, pod]));
      dirty.set(host, group);
    }
    return group;
  };
  const drop = (pod: PodView | undefined): void => {
    if (!pod || !drawn(pod)) return;
    groupOf(pod.node).delete(pod.uid);
    lists.podCount -= 1;
  };
  for (const uid of delta.remove.pods ?? []) {
    drop(scene.pods[uid]);
    delete scene.pods[uid];
  }
  for (const pod of delta.upsert.pods ?? []) {
    const before = scene.pods[pod.uid];
    if (before && (before.node !== pod.node || drawn(before) !== drawn(pod))) drop(before);
    const isNew = !before || before.node !== pod.node || drawn(before) !== drawn(pod);
    scene.pods[pod.uid] = pod;
    if (!drawn(pod)) continue;
    groupOf(pod.node).set(pod.uid, pod);
    if (isNew) lists.podCount += 1;
  }
  for (const [host, group] of dirty) {
    if (group.size === 0) delete lists.podsOf[host];
    else lists.podsOf[host] = [...group.values()].toSorted(bySlot);
  }
}
