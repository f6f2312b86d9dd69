/** What lies on the operator's workstation before anything is typed: kubeconfig, certificates, sample manifests. */
import type { Host } from "../kernel/host";
import { diskFiles } from "../terminal/disk-files";
import type { Machine } from "../terminal/screen";
import { certificate, certificateText, etcdCertificate, kubeconfig } from "./certificates";
import { ETCD_PKI } from "./manifests";
import { SAMPLES } from "./samples";
import { masterIp } from "./topology";

const ONLY_ON_NODES: ReadonlySet<string> = new Set(["systemctl", "crictl"]);

/** Puts the files onto the machine's disk. */
export function furnish(host: Host, masters: number): Machine {
  const files = diskFiles(host.disk);
  files.mkdir("/tmp");
  files.write("/root/.kube/config", kubeconfig());
  for (const [name, text] of Object.entries(SAMPLES)) files.write(`/root/${name}`, text);
  files.write(`${ETCD_PKI}/ca.crt`, certificateText("CERTIFICATE", "CN=etcd-ca"));
  files.write(`${ETCD_PKI}/healthcheck-client.crt`, etcdCertificate("kube-etcd-healthcheck-client"));
  files.write(
    `${ETCD_PKI}/healthcheck-client.key`,
    certificateText("RSA PRIVATE KEY", "kube-etcd-healthcheck-client"),
  );
  const endpoints = Array.from({ length: masters }, (_, i) => `https://${masterIp(i + 1)}:2379`);
  files.write("/root/etcd.env", etcdEnvironment(endpoints));
  files.write("/etc/hosts", "127.0.0.1\tlocalhost\n");
  return {
    host,
    certificate,
    variables: { KUBECONFIG: "/root/.kube/config" },
    has: (name) => !ONLY_ON_NODES.has(name),
  };
}

/** Names a machine of the cluster in the workstation's `/etc/hosts`. */
export function introduce(workstation: Host, { name, ip }: Host): void {
  const files = diskFiles(workstation.disk);
  files.write("/etc/hosts", `${files.read("/etc/hosts") ?? ""}${ip}\t${name}\n`);
}

const etcdEnvironment = (
  endpoints: readonly string[],
): string => `# What etcdctl needs to talk to the members: source etcd.env
export ETCDCTL_ENDPOINTS=${endpoints.join(",")}
export ETCDCTL_CACERT=${ETCD_PKI}/ca.crt
export ETCDCTL_CERT=${ETCD_PKI}/healthcheck-client.crt
export ETCDCTL_KEY=${ETCD_PKI}/healthcheck-client.key
`;
