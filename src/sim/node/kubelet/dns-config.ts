import type { Pod } from "../../api/types";
import type { DnsConfig } from "../runtime/cri/types";
import type { KubeletOptions } from "./options";

/** resolv.conf of a pod (`pkg/kubelet/network/dns/dns.go` GetPodDNS). The host itself has no name server here. */
export function dnsConfigOf(pod: Pod, options: KubeletOptions): DnsConfig {
  const { dnsPolicy, dnsConfig, hostNetwork } = pod.spec;
  const policy = dnsPolicy ?? "ClusterFirst";
  const cluster = policy === "ClusterFirstWithHostNet" || (policy === "ClusterFirst" && hostNetwork !== true);
  const domain = options.clusterDomain ?? "cluster.local";
  const servers = cluster ? [options.clusterDns ?? "10.96.0.10"] : [];
  const searches = cluster ? [`${pod.metadata.namespace}.svc.${domain}`, `svc.${domain}`, domain] : [];
  const ndots = dnsConfig?.options?.find((o) => o.name === "ndots")?.value;
  return {
    servers: [...servers, ...(dnsConfig?.nameservers ?? [])],
    searches: [...searches, ...(dnsConfig?.searches ?? [])],
    ndots: ndots === undefined ? (cluster ? 5 : 1) : Number(ndots),
  };
}
