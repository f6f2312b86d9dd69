import { apiserverProgram } from "../apiserver/apiserver";
import { cloudControllerManagerProgram } from "../cloud/cloud-controller-manager";
import { controllerManagerProgram } from "../controllers/manager";
import type { Host } from "../kernel/host";
import { corednsProgram } from "../node/dns/coredns";
import { kubeProxyProgram } from "../node/kube-proxy/kube-proxy";
import { metricsServerProgram } from "../node/metrics-server/metrics-server";
import type { ImagePrograms } from "../node/runtime/container-program";
import { schedulerProgram } from "../scheduler/scheduler";
import type { ClusterConfig } from "./commands";
import { etcdContainer } from "./etcd-container";
import { KUBERNETES_VERSION } from "./manifests";
import { ADDRESSES, podCidr } from "./topology";

const REGISTRY = "registry.k8s.io";

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
  const api = { ip: host.ip, port: ADDRESSES.apiPort };
  return {
    [`${REGISTRY}/etcd`]: etcdContainer,
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
