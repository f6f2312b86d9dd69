import type { Pod } from "../../api/types";
import { CONFIG_MIRROR, fullName } from "./pod-kind";

/** The pods that this kubelet has been told to run, by source (`pkg/kubelet/pod/pod_manager.go`). */
export class PodManager {
  /** Pods from the API and static pods, by uid. */
  readonly pods = new Map<string, Pod>();
  readonly #mirrors = new Map<string, Pod>();
  readonly #staticByName = new Map<string, Pod>();

  set(pod: Pod): void {
    this.pods.set(pod.metadata.uid, pod);
  }

  setStatic(pod: Pod): void {
    this.set(pod);
    this.#staticByName.set(fullName(pod), pod);
  }

  delete(pod: Pod): void {
    this.pods.delete(pod.metadata.uid);
    const name = fullName(pod);
    if (this.#staticByName.get(name)?.metadata.uid === pod.metadata.uid) this.#staticByName.delete(name);
  }

  setMirror(mirror: Pod): void {
    this.#mirrors.set(fullName(mirror), mirror);
  }

  deleteMirror(mirror: Pod): void {
    const name = fullName(mirror);
    if (this.#mirrors.get(name)?.metadata.uid === mirror.metadata.uid) this.#mirrors.delete(name);
  }

  /** A pod by name: as the API has it, or a static pod under the name of its mirror. */
  byName(namespace: string, name: string): Pod | undefined {
    for (const pod of this.pods.values()) {
      if (pod.metadata.name === name && pod.metadata.namespace === namespace) return pod;
    }
    return undefined;
  }

  mirrors(): IterableIterator<Pod> {
    return this.#mirrors.values();
  }

  /** The mirror of a static pod, whatever version of it it shows. */
  mirrorOf(pod: Pod): Pod | undefined {
    return this.#mirrors.get(fullName(pod));
  }

  /** The static pod behind a mirror. */
  staticOf(mirror: Pod): Pod | undefined {
    return this.#staticByName.get(fullName(mirror));
  }
}

/** Does a mirror show this version of a static pod? */
export function mirrorIsCurrent(mirror: Pod, pod: Pod): boolean {
  return mirror.metadata.annotations?.[CONFIG_MIRROR] === pod.metadata.uid;
}
