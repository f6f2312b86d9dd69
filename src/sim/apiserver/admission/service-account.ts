/**
 * Every pod runs as a ServiceAccount of its namespace and gets a token of it
 * (`plugin/pkg/admission/serviceaccount/admission.go`).
 */
import { copyWith } from "../../api/copy";
import { pods } from "../../api/kinds/pod";
import { serviceAccounts } from "../../api/kinds/service-account";
import { randomSuffix } from "../../api/names";
import { storageKey } from "../../api/registry";
import type { Container, Pod, ServiceAccount, Volume } from "../../api/types";
import type { Task } from "../../kernel/task";
import { MS } from "../../kernel/time";
import {
  refuse,
  type AdmissionAttributes,
  type AdmissionEnvironment,
  type AdmissionPlugin,
  type Verdict,
} from "./plugin";

const DEFAULT_NAME = "default";
const MIRROR = "kubernetes.io/config.mirror";
const MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
const VOLUME_PREFIX = "kube-api-access-";
/** An hour and a bit, which old clients may be told apart by (`pkg/serviceaccount/claims.go`). */
const TOKEN_SECONDS = 3607;
const MODE = 0o644;
/** What such a volume shows; the same object for all pods. */
const TOKEN_SOURCES: NonNullable<Volume["projected"]> = {
  defaultMode: MODE,
  sources: [
    { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: "token" } },
    { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    {
      downwardAPI: {
        items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
      },
    },
  ],
};
/** The default account of a new namespace may be a moment late. */
const DEFAULT_TRIES = 10;
const RETRY = 100 * MS;

export const serviceAccount: AdmissionPlugin = {
  name: "ServiceAccount",
  handles: (def, subresource, operation) => def === pods && subresource === "" && operation === "CREATE",
  admit(attributes, environment) {
    const pod = attributes.object as Pod;
    if (pod.metadata.annotations?.[MIRROR] !== undefined) return admitMirror(attributes, pod);
    const name = pod.spec.serviceAccountName ?? "";
    const used = name === "" ? DEFAULT_NAME : name;
    const account = environment.caches.find(serviceAccounts, attributes.namespace, used);
    if (account === undefined) return lookUp(attributes, environment, used);
    attributes.object = withAccount(pod, account, environment);
    return undefined;
  },
};

function admitMirror(attributes: AdmissionAttributes, pod: Pod): Verdict {
  if (pod.spec.serviceAccountName)
    return refuse(attributes, "a mirror pod may not reference service accounts");
  const secret = pod.spec.volumes?.some((v) => v.secret !== undefined);
  if (secret === true) return refuse(attributes, "a mirror pod may not reference secrets");
  return undefined;
}

function* lookUp(
  attributes: AdmissionAttributes,
  environment: AdmissionEnvironment,
  name: string,
): Task<Verdict> {
  const { namespace } = attributes;
  const key = storageKey(serviceAccounts, namespace, name);
  const tries = name === DEFAULT_NAME ? DEFAULT_TRIES : 1;
  const wait = RETRY + environment.rng.below(tries) * MS;
  for (let i = 0; i < tries; i++) {
    if (i > 0) yield wait;
    const read = yield* environment.storage.get(key);
    if (!read.ok) return read.error;
    if (read.value === undefined) continue;
    attributes.object = withAccount(attributes.object as Pod, read.value as ServiceAccount, environment);
    return undefined;
  }
  const text = `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`;
  return refuse(attributes, text);
}

function withAccount(pod: Pod, account: ServiceAccount, environment: AdmissionEnvironment): Pod {
  const { name } = account.metadata;
  const changes: Partial<Pod["spec"]> = { serviceAccountName: name, serviceAccount: name };
  if ((pod.spec.imagePullSecrets ?? []).length === 0 && (account.imagePullSecrets ?? []).length > 0) {
    changes.imagePullSecrets = account.imagePullSecrets ?? [];
  }
  const automount = pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
  if (automount) addToken(pod.spec, changes, environment);
  return copyWith(pod, { spec: copyWith(pod.spec, changes) as Pod["spec"] });
}

/** Mounts a projected volume with token, root certificate and namespace into containers that have none there. */
function addToken(spec: Pod["spec"], changes: Partial<Pod["spec"]>, { rng }: AdmissionEnvironment): void {
  const existing = spec.volumes?.find((v) => (v.name ?? "").startsWith(VOLUME_PREFIX));
  const name = existing?.name ?? VOLUME_PREFIX + randomSuffix((n) => rng.below(n));
  const mount = { name, readOnly: true, mountPath: MOUNT_PATH };
  let mounted = false;
  const withMount = (container: Container): Container => {
    const mounts = container.volumeMounts ?? [];
    if (mounts.some((m) => m.mountPath === MOUNT_PATH)) return container;
    mounted = true;
    return copyWith(container, { volumeMounts: [...mounts, mount] });
  };
  if (spec.containers !== undefined) changes.containers = spec.containers.map(withMount);
  if (spec.initContainers !== undefined) changes.initContainers = spec.initContainers.map(withMount);
  if (mounted && existing === undefined) changes.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
}

function tokenVolume(name: string): Volume {
  return { name, projected: TOKEN_SOURCES };
}
