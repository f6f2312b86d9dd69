/** What kubeadm has put on a node's disk, as far as one who logs in may look for it, and what is installed there. */
import type { Host } from "../kernel/host";
import type { Machine } from "../terminal/screen";
import { certificate, certificateText, etcdCertificate, kubeconfig } from "./certificates";
import { ETCD_PKI } from "./manifests";

const ADMIN_CONF = "/etc/kubernetes/admin.conf";
/** Only masters have these. */
const FOR_MASTERS: ReadonlySet<string> = new Set(["kubectl", "etcdctl", "etcdutl"]);

/** Puts the files onto the disk of a node that has not been switched on yet. */
export function furnishNode(
  host: Host,
  masters: readonly { readonly name: string; readonly ip: string }[],
): Machine {
  const { disk } = host;
  const isMaster = host.kind === "master";
  const known = isMaster ? masters : [host, ...masters];
  const hosts = known.map(({ name, ip }) => `${ip}\t${name}\n`).join("");
  disk.provision("/etc/hosts", `127.0.0.1\tlocalhost\n${hosts}`);
  disk.provision("/root/", "");
  disk.provision("/tmp/", "");
  if (!isMaster) return { host, certificate, variables: {}, has: (name) => !FOR_MASTERS.has(name) };
  disk.provision(ADMIN_CONF, kubeconfig());
  disk.provision(`${ETCD_PKI}/ca.crt`, certificateText("CERTIFICATE", "CN=etcd-ca"));
  for (const [file, holder] of [
    ["server", host.name],
    ["healthcheck-client", "kube-etcd-healthcheck-client"],
  ] as const) {
    disk.provision(`${ETCD_PKI}/${file}.crt`, etcdCertificate(holder));
    disk.provision(`${ETCD_PKI}/${file}.key`, certificateText("RSA PRIVATE KEY", holder));
  }
  return { host, certificate, variables: { KUBECONFIG: ADMIN_CONF }, has: () => true };
}
