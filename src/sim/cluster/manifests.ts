import type { Pod } from "kubernetes-types/core/v1";
import { ADDRESSES } from "./topology";

/** Where a kubelet looks for static pods. */
export const MANIFEST_DIRECTORY = "/etc/kubernetes/manifests";

/** Where kubeadm puts etcd's certificates on a master; whoever looks after etcd has copies. */
export const ETCD_PKI = "/etc/kubernetes/pki/etcd";

const REGISTRY = "registry.k8s.io";
/** The Kubernetes version that Kubarium states. */
export const KUBERNETES_VERSION = "v1.35.2";

/** What the manifests of a master depend on. */
export interface MasterPlan {
  readonly name: string;
  readonly ip: string;
  readonly cloud: boolean;
  readonly podCidr: string;
  /** All masters. */
  readonly masters: readonly { readonly name: string; readonly ip: string }[];
}

interface Component {
  readonly name: string;
  readonly image: string;
  readonly cpu: string;
  readonly memory?: string;
  readonly port: number;
  readonly probePath: string;
  readonly args: readonly string[];
  /** Folders of the host that it sees under the same path, by the volumes' names. */
  readonly folders?: Readonly<Record<string, string>>;
}

/** Models cmd/kubeadm/app/phases/controlplane/manifests.go and .../etcd/local.go: names, requests, probes. */
function controlPlane(master: MasterPlan): readonly Component[] {
  const { name, ip, cloud, podCidr, masters } = master;
  const version = KUBERNETES_VERSION;
  const components: Component[] = [
    {
      name: "etcd",
      image: `${REGISTRY}/etcd:3.6.6-0`,
      cpu: "100m",
      memory: "100Mi",
      port: 2379,
      probePath: "/readyz",
      args: [
        `--advertise-client-urls=https://${ip}:2379`,
        `--cert-file=${ETCD_PKI}/server.crt`,
        "--client-cert-auth=true",
        "--data-dir=/var/lib/etcd",
        `--initial-advertise-peer-urls=https://${ip}:2380`,
        `--initial-cluster=${masters.map((m) => `${m.name}=https://${m.ip}:2380`).join(",")}`,
        `--key-file=${ETCD_PKI}/server.key`,
        `--listen-client-urls=https://127.0.0.1:2379,https://${ip}:2379`,
        `--listen-peer-urls=https://${ip}:2380`,
        `--name=${name}`,
        `--trusted-ca-file=${ETCD_PKI}/ca.crt`,
      ],
      folders: { "etcd-certs": ETCD_PKI, "etcd-data": "/var/lib/etcd" },
    },
    {
      name: "kube-apiserver",
      image: `${REGISTRY}/kube-apiserver:${version}`,
      cpu: "250m",
      port: ADDRESSES.apiPort,
      probePath: "/livez",
      args: ["--etcd-servers=https://127.0.0.1:2379", `--service-cluster-ip-range=${ADDRESSES.serviceCidr}`],
    },
    {
      name: "kube-controller-manager",
      image: `${REGISTRY}/kube-controller-manager:${version}`,
      cpu: "200m",
      port: 10257,
      probePath: "/healthz",
      args: ["--leader-elect=true", "--allocate-node-cidrs=true", `--cluster-cidr=${podCidr}`, "--v=2"],
    },
    {
      name: "kube-scheduler",
      image: `${REGISTRY}/kube-scheduler:${version}`,
      cpu: "100m",
      port: 10259,
      probePath: "/livez",
      args: ["--leader-elect=true", "--v=2"],
    },
  ];
  if (cloud) {
    components.push({
      name: "cloud-controller-manager",
      image: `${REGISTRY}/cloud-controller-manager:${version}`,
      cpu: "100m",
      port: 10258,
      probePath: "/healthz",
      args: ["--leader-elect=true", "--cloud-provider=kubarium"],
    });
  }
  return components;
}

function staticPod(component: Component): Pod {
  const folders = Object.entries(component.folders ?? {});
  const mounts = folders.map(([name, path]) => ({ mountPath: path, name }));
  const volumes = folders.map(([name, path]) => ({
    hostPath: { path, type: "DirectoryOrCreate" },
    name,
  }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: component.name,
      namespace: "kube-system",
      labels: { component: component.name, tier: "control-plane" },
    },
    spec: {
      hostNetwork: true,
      priorityClassName: "system-node-critical",
      priority: 2_000_001_000,
      containers: [
        {
          name: component.name,
          image: component.image,
          imagePullPolicy: "IfNotPresent",
          command: [component.name, ...component.args],
          resources: {
            requests: { cpu: component.cpu, ...(component.memory ? { memory: component.memory } : {}) },
          },
          ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
        },
      ],
      ...(volumes.length > 0 ? { volumes } : {}),
    },
  };
}

/** The static pods of a master, by file name. */
export function masterManifests(master: MasterPlan): ReadonlyMap<string, Pod> {
  return new Map(controlPlane(master).map((c) => [`${c.name}.yaml`, staticPod(c)]));
}

/** kube-proxy runs as a static pod here; kubeadm uses a DaemonSet. */
export function proxyManifest(): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "kube-proxy", namespace: "kube-system", labels: { "k8s-app": "kube-proxy" } },
    spec: {
      hostNetwork: true,
      priorityClassName: "system-node-critical",
      priority: 2_000_001_000,
      containers: [
        {
          name: "kube-proxy",
          image: `${REGISTRY}/kube-proxy:${KUBERNETES_VERSION}`,
          imagePullPolicy: "IfNotPresent",
        },
      ],
    },
  };
}
