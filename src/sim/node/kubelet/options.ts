import type { Taint } from "../../api/types";

export interface KubeletOptions {
  /** Name of the Node object; default the host's. */
  readonly nodeName?: string;
  /** Where the API server, or the load balancer before them, is found. */
  readonly apiServer: { readonly ip: string; readonly port: number };
  /** Labels of the Node beside those that every node has. */
  readonly labels?: Readonly<Record<string, string>>;
  /** `registerWithTaints`. */
  readonly taints?: readonly Taint[];
  /** `--cloud-provider=external`: the node waits for the cloud-controller-manager. */
  readonly externalCloudProvider?: boolean;
  /** Address of the cluster's DNS Service; default 10.96.0.10. */
  readonly clusterDns?: string;
  /** Default `cluster.local`. */
  readonly clusterDomain?: string;
  /** Where static pods' manifests lie on the host's disk; default `/etc/kubernetes/manifests`. */
  readonly manifestDirectory?: string;
  /** Reads YAML; undefined when the text is none. Only asked where somebody has written a manifest. */
  readonly readYaml?: (text: string) => unknown;
  /** What the node states; default v1.35.2. */
  readonly kubernetesVersion?: string;
  readonly maxPods?: number;
}
