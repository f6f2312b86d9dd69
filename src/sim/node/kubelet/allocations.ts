import { deepEqual } from "../../api/deep-equal";
import type { Container, Pod, PodSpec } from "../../api/types";
import type { Disk } from "../../kernel/disk";
import type { Requirements } from "./container-resources";
import { isSidecar } from "./pod-kind";

const DIRECTORY = "/var/lib/kubelet/allocated/";

/** What was promised to each container that can be resized, by name: the content of a checkpoint. */
type Promised = Readonly<Record<string, Requirements>>;

interface Allocation {
  readonly promised: Promised;
  /** The spec that was looked at last, and the same with what was promised. */
  seen: PodSpec;
  spec: PodSpec;
}

/**
 * What the node has promised to its pods' containers; what their specs say is but a wish. Kept on the disk, so that
 * it outlives the kubelet (`pkg/kubelet/allocation/state`; one file a pod here, as writes are whole files).
 */
export class Allocations {
  readonly #disk: Disk;
  readonly #known = new Map<string, Allocation>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** Reads what an earlier life of this kubelet has promised to a pod. */
  restore({ metadata, spec }: Pod): void {
    if (this.#known.has(metadata.uid)) return;
    const promised = this.#disk.read(DIRECTORY + metadata.uid) as Promised | undefined;
    if (promised === undefined) return;
    this.#known.set(metadata.uid, { promised, seen: spec, spec: withPromised(spec, promised) });
  }

  has(uid: string): boolean {
    return this.#known.has(uid);
  }

  /** Promises a pod what its spec says. Not durable before an fsync. */
  set({ metadata, spec }: Pod): void {
    const promised: Record<string, Requirements> = {};
    for (const { name, resources } of spec.containers) promised[name] = resources ?? {};
    for (const container of spec.initContainers ?? []) {
      if (isSidecar(container)) promised[container.name] = container.resources ?? {};
    }
    this.#known.set(metadata.uid, { promised, seen: spec, spec });
    this.#disk.write(DIRECTORY + metadata.uid, promised);
  }

  /** The pod with what it was promised in place of what it is to have; the pod itself if that is the same. */
  apply(pod: Pod): Pod {
    const known = this.#known.get(pod.metadata.uid);
    if (known === undefined) return pod;
    if (known.seen !== pod.spec) {
      known.seen = pod.spec;
      known.spec = withPromised(pod.spec, known.promised);
    }
    return known.spec === pod.spec ? pod : { ...pod, spec: known.spec };
  }

  forget(uid: string): void {
    if (this.#known.delete(uid)) this.#disk.remove(DIRECTORY + uid);
  }

  /** Forgets what was promised to pods that went while no kubelet looked. */
  forgetAllBut(isKnown: (uid: string) => boolean): void {
    for (const name of this.#disk.list(DIRECTORY)) {
      if (!isKnown(name.slice(DIRECTORY.length))) this.#disk.remove(name);
    }
  }
}

function withPromised(spec: PodSpec, promised: Promised): PodSpec {
  const containers = replaced(spec.containers, promised);
  const inits = spec.initContainers && replaced(spec.initContainers, promised);
  if (containers === spec.containers && inits === spec.initContainers) return spec;
  return inits === undefined ? { ...spec, containers } : { ...spec, containers, initContainers: inits };
}

function replaced(containers: Container[], promised: Promised): Container[] {
  let changed = false;
  const made = containers.map((container) => {
    const resources = promised[container.name];
    if (resources === undefined || deepEqual(resources, container.resources ?? {})) return container;
    changed = true;
    return { ...container, resources };
  });
  return changed ? made : containers;
}
