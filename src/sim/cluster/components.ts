import { apiserverProgram } from "../apiserver/apiserver";
import { cloudControllerManagerProgram } from "../cloud/cloud-controller-manager";
import { controllerManagerProgram } from "../controllers/manager";
import { etcd } from "../etcd/server";
import type { MemberInfo } from "../etcd/records";
import type { Host } from "../kernel/host";
import { corednsProgram } from "../node/dns/coredns";
import { kubeProxyProgram } from "../node/kube-proxy/kube-proxy";
import { metricsServerProgram } from "../node/metrics-server/metrics-server";
import type { ImagePrograms } from "../node/runtime/container-program";
import { schedulerProgram } from "../scheduler/scheduler";
import type { ClusterConfig } from "./commands";
import { KUBERNETES_VERSION } from "./manifests";
import { ADDRESSES, masterIp, masterName, podCidr } from "./topology";

const REGISTRY = "registry.k8s.io";

/** etcd keeps 10 000 and 5000 entries; what a page keeps in memory must be less. */
const LOG_LENGTH = { snapshotCount: 2000, catchUpEntries: 1000 } as const;

/** The images that kubeadm has pulled before anything starts. */
export function componentImages(): readonly string[] {
  const version = KUBERNETES_VERSION;
  return [
    `${REGISTRY}/etcd:3.6.6-0`,
    `${REGISTRY}/kube-apiserver:${version}`,
    `${REGISTRY}/kube-controller-manager:${version}`,
    `${REGISTRY}/kube-scheduler:${version}`,
    `${REGISTRY}/cloud-controller-manager:${version}`,
    `${REGISTRY}/kube-proxy:${version}`,
    `${REGISTRY}/coredns/coredns:v1.13.1`,
    `${REGISTRY}/metrics-server/metrics-server:v0.8.0`,
    `${REGISTRY}/pause:3.10.1`,
  ];
}

/** What the images of the components run on a host, by repository: the only place where all of them meet. */
export function componentPrograms(config: ClusterConfig, host: Host): ImagePrograms {
  const members: MemberInfo[] = Array.from({ length: config.masters }, (_, i) => ({
    id: i + 1,
    name: masterName(i + 1),
    ip: masterIp(i + 1),
    learner: false,
  }));
  const id = members.find((m) => m.name === host.name)?.id ?? 0;
  const api = { ip: host.ip, port: ADDRESSES.apiPort };
  return {
    [`${REGISTRY}/etcd`]: () =>
      etcd({ id, name: host.name, members, initialState: "new", clientCertAuth: true, ...LOG_LENGTH }),
    [`${REGISTRY}/kube-apiserver`]: () => apiserverProgram({ serviceCidr: ADDRESSES.serviceCidr }),
    [`${REGISTRY}/kube-controller-manager`]: () =>
      controllerManagerProgram({ apiIp: api.ip, apiPort: api.port, clusterCidr: podCidr(config.workers) }),
    [`${REGISTRY}/kube-scheduler`]: () => schedulerProgram(api),
    [`${REGISTRY}/cloud-controller-manager`]: () =>
      cloudControllerManagerProgram({ ...api, cloudIp: ADDRESSES.cloud }),
    [`${REGISTRY}/coredns/coredns`]: () => corednsProgram(),
    [`${REGISTRY}/metrics-server/metrics-server`]: () => metricsServerProgram(),
    [`${REGISTRY}/kube-proxy`]: () =>
      kubeProxyProgram({ apiServer: { ip: ADDRESSES.loadBalancer, port: ADDRESSES.apiPort } }),
  };
}
