/**
 * The admission plugins that are on by default, in upstream's order (`pkg/kubeapiserver/options/plugins.go`), with
 * NodeRestriction, which kubeadm adds. A kind of write meets only the plugins that have something to say to it.
 */
import type { ResourceDefinition } from "../../api/resource";
import type { Task } from "../../kernel/task";
import { defaultTolerationSeconds } from "./default-toleration-seconds";
import { defaultIngressClass, defaultStorageClass, runtimeClass } from "./default-classes";
import { limitRanger } from "./limit-ranger";
import { namespaceLifecycle } from "./namespace-lifecycle";
import { nodeRestriction } from "./node-restriction";
import type { AdmissionAttributes, AdmissionEnvironment, AdmissionPlugin, Verdict } from "./plugin";
import { priority } from "./priority";
import { serviceAccount } from "./service-account";
import { taintNodesByCondition } from "./taint-nodes-by-condition";

const PLUGINS: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  nodeRestriction,
  taintNodesByCondition,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  runtimeClass,
  defaultIngressClass,
];

export class AdmissionChain {
  readonly #environment: AdmissionEnvironment;
  readonly #plugins: readonly AdmissionPlugin[];
  /** By resource, then by operation and subresource. */
  readonly #concerned = new WeakMap<ResourceDefinition, Map<string, readonly AdmissionPlugin[]>>();

  constructor(environment: AdmissionEnvironment, plugins: readonly AdmissionPlugin[] = PLUGINS) {
    this.#environment = environment;
    this.#plugins = plugins;
  }

  /** Passes a write through all plugins; gives the first refusal. */
  *admit(attributes: AdmissionAttributes): Task<Verdict> {
    for (const plugin of this.#pluginsFor(attributes)) {
      const outcome = plugin.admit(attributes, this.#environment);
      if (outcome === undefined) continue;
      const verdict = "kind" in outcome ? outcome : yield* outcome;
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  }

  #pluginsFor({ def, subresource, operation }: AdmissionAttributes): readonly AdmissionPlugin[] {
    let byOperation = this.#concerned.get(def);
    if (byOperation === undefined) this.#concerned.set(def, (byOperation = new Map()));
    const key = subresource === "" ? operation : `${operation} ${subresource}`;
    const known = byOperation.get(key);
    if (known !== undefined) return known;
    const made = this.#plugins.filter((plugin) => plugin.handles(def, subresource, operation));
    byOperation.set(key, made);
    return made;
  }
}
