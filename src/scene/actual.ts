/** What really runs on the hosts, as the shims of their containers have it. */
import type { Host } from "../sim/kernel/host";
import { shimsOf, type ContainerShim } from "../sim/node/runtime/shims";

export interface ActualContainer {
  readonly name: string;
  readonly image: string;
  /** A live process on the host. */
  readonly alive: boolean;
  readonly exited: boolean;
  /** Has it opened a port yet? */
  readonly listening: boolean;
}

export interface ActualPodState {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
  /** In the host's network, as the pods of the control plane are. */
  readonly hostNetwork: boolean;
  /** The newest attempt of each. */
  readonly containers: readonly ActualContainer[];
}

/** By the uid that the API knows (for static pods: the manifest's). */
export type ActualPods = ReadonlyMap<string, ActualPodState>;

interface Memo {
  readonly signature: number;
  readonly pods: ActualPods;
}

const NONE: ActualPods = new Map();
const memo = new WeakMap<Host, Memo>();

/** The pods that a host really has; the same map as long as nothing changed. */
export function actualPods(host: Host): ActualPods {
  if (!host.powered) return NONE;
  const shims = shimsOf(host);
  let signature = Math.imul(shims.sandboxes.size, 7919) + shims.boot;
  for (const c of shims.containers.values()) {
    const p = c.process;
    signature = (Math.imul(signature, 31) + (p?.pid ?? 0) + (p?.alive ? 1 + p.listening : 0)) | 0;
  }
  const known = memo.get(host);
  if (known !== undefined && known.signature === signature) return known.pods;
  const pods = build(host);
  memo.set(host, { signature, pods });
  return pods;
}

function build(host: Host): ActualPods {
  const shims = shimsOf(host);
  const pods = new Map<string, ActualPodState & { containers: ActualContainer[] }>();
  for (const s of shims.sandboxes.values()) {
    const { podUid: uid, namespace, name, hostNetwork } = s.config;
    pods.set(uid, { uid, namespace, name, ip: s.ip, hostNetwork, containers: [] });
  }
  const newest = new Map<string, ContainerShim>();
  for (const c of shims.containers.values()) newest.set(`${c.sandbox.config.podUid}/${c.config.name}`, c);
  for (const c of newest.values()) {
    pods.get(c.sandbox.config.podUid)?.containers.push({
      name: c.config.name,
      image: c.config.image,
      alive: c.alive,
      exited: c.exit !== undefined,
      listening: (c.process?.listening ?? 0) > 0,
    });
  }
  return pods;
}
