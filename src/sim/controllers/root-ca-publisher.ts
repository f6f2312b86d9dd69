/**
 * Puts the cluster's certificate authority into each namespace, as ConfigMap `kube-root-ca.crt`
 * (`pkg/controller/certificates/rootcacertpublisher/publisher.go`).
 */
import { configMaps } from "../api/kinds/config-map";
import { namespaces } from "../api/kinds/namespace";
import type { ConfigMap, Draft } from "../api/types";
import type { Task } from "../kernel/task";
import type { ControllerContext } from "./context";
import { Engine, type SyncError } from "./engine";
import { ensureCreated } from "./ensure";
import type { Controller } from "./table";

const NAME = "root-ca-certificate-publisher-controller";
export const ROOT_CA_CONFIG_MAP = "kube-root-ca.crt";
const KEY = "ca.crt";
const DESCRIPTION = "kubernetes.io/description";
const TEXT =
  "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such " +
  "as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions " +
  "of Kubernetes clusters.";

export function rootCaPublisher(context: ControllerContext): Controller {
  const client = context.client(NAME);
  const spaces = context.informers.informer(namespaces);
  const maps = context.informers.informer(configMaps);
  const engine = new Engine(context.process, { name: NAME, workers: 1, sync });
  const wakeFor = (map: ConfigMap): void => {
    if (map.metadata.name === ROOT_CA_CONFIG_MAP) engine.queue.add(map.metadata.namespace);
  };
  spaces.addHandler({ onAdd: engine.enqueue, onUpdate: (_old, namespace) => engine.enqueue(namespace) });
  maps.addHandler({ onUpdate: (_old, map) => wakeFor(map), onDelete: wakeFor });

  function* sync(namespace: string): Task<SyncError> {
    const found = spaces.get(namespace);
    if (found === undefined || found.status.phase !== "Active") return undefined;
    const map = maps.get(`${namespace}/${ROOT_CA_CONFIG_MAP}`);
    const annotations = { [DESCRIPTION]: TEXT };
    if (map === undefined) {
      engine.decide(namespace, `ConfigMap ${ROOT_CA_CONFIG_MAP}`, "none", "create it");
      const draft: Draft<ConfigMap> = {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: ROOT_CA_CONFIG_MAP, namespace, annotations },
        data: { [KEY]: context.rootCa },
      };
      return yield* ensureCreated(client, configMaps, namespace, draft);
    }
    if (map.data?.[KEY] === context.rootCa && map.metadata.annotations?.[DESCRIPTION] === TEXT)
      return undefined;
    engine.decide(namespace, "the cluster's certificate", "another", "write it again");
    const next: ConfigMap = {
      ...map,
      metadata: { ...map.metadata, annotations: { ...map.metadata.annotations, ...annotations } },
      data: { [KEY]: context.rootCa },
    };
    const written = yield* client.update(configMaps, next);
    return written.ok ? undefined : written.error;
  }

  return { engine, start: () => engine.start([spaces.synced, maps.synced]) };
}
