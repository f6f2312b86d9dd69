/** What lies on the operator's workstation before anything is typed: kubeconfig, certificates, sample manifests. */
import { decodeBase64, encodeBase64 } from "../api/base64";
import type { ClientCertificate } from "../api/http";
import type { Host } from "../kernel/host";
import { diskFiles } from "../terminal/disk-files";
import { SAMPLES } from "./samples";
import { ADDRESSES, masterIp } from "./topology";

/** Where kubeadm puts etcd's certificates on a master; whoever looks after etcd has copies. */
const ETCD_PKI = "/etc/kubernetes/pki/etcd";

/**
 * The text of a certificate: it says whose it is, and nothing in it is secret. That nobody else can make one is
 * what signatures are for; here it is so because only texts that were handed out are known.
 */
function certificateText(kind: string, subject: string): string {
  const body = encodeBase64(`simulated: ${subject}`);
  return `-----BEGIN ${kind}-----\n${body.replace(/(.{64})/g, "$1\n").trimEnd()}\n-----END ${kind}-----\n`;
}

const ADMIN_CERTIFICATE = certificateText("CERTIFICATE", "O=kubeadm:cluster-admins, CN=kubernetes-admin");
const ETCD_CERTIFICATE = certificateText("CERTIFICATE", "issuer etcd-ca, CN=kube-etcd-healthcheck-client");

/** Who holds a certificate, by its text. */
const HOLDERS: ReadonlyMap<string, ClientCertificate> = new Map<string, ClientCertificate>([
  [ADMIN_CERTIFICATE, { commonName: "kubernetes-admin", organizations: ["system:masters"] }],
  [
    ETCD_CERTIFICATE,
    {
      commonName: "kube-etcd-healthcheck-client",
      organizations: [],
      authority: "etcd-ca",
    } as ClientCertificate,
  ],
]);

function kubeconfig(): string {
  const data = (text: string): string => encodeBase64(text);
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${data(certificateText("CERTIFICATE", "CN=kubernetes"))}
    server: https://${ADDRESSES.loadBalancer}:${ADDRESSES.apiPort}
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: kubernetes-admin
  name: kubernetes-admin@kubernetes
current-context: kubernetes-admin@kubernetes
kind: Config
users:
- name: kubernetes-admin
  user:
    client-certificate-data: ${data(ADMIN_CERTIFICATE)}
    client-key-data: ${data(certificateText("RSA PRIVATE KEY", "kubernetes-admin"))}
`;
}

/** The holder of a certificate, as PEM or, as a kubeconfig has it, that in base64. */
function certificate(data: string): ClientCertificate | undefined {
  const text = data.trim();
  if (text.startsWith("-----")) return HOLDERS.get(`${text}\n`);
  return HOLDERS.get(decodeBase64(text.replace(/\s/g, "")) ?? "");
}

/** Puts the files onto the machine's disk. */
export function furnish(
  host: Host,
  masters: number,
): { readonly host: Host; certificate(data: string): ClientCertificate | undefined } {
  const files = diskFiles(host.disk);
  files.write("/root/.kube/config", kubeconfig());
  for (const [name, text] of Object.entries(SAMPLES)) files.write(`/root/${name}`, text);
  files.write(`${ETCD_PKI}/ca.crt`, certificateText("CERTIFICATE", "CN=etcd-ca"));
  files.write(`${ETCD_PKI}/healthcheck-client.crt`, ETCD_CERTIFICATE);
  files.write(
    `${ETCD_PKI}/healthcheck-client.key`,
    certificateText("RSA PRIVATE KEY", "kube-etcd-healthcheck-client"),
  );
  const endpoints = Array.from({ length: masters }, (_, i) => `https://${masterIp(i + 1)}:2379`);
  files.write("/root/etcd.env", etcdEnvironment(endpoints));
  return { host, certificate };
}

const etcdEnvironment = (
  endpoints: readonly string[],
): string => `# What etcdctl needs to talk to the members: source etcd.env
export ETCDCTL_ENDPOINTS=${endpoints.join(",")}
export ETCDCTL_CACERT=${ETCD_PKI}/ca.crt
export ETCDCTL_CERT=${ETCD_PKI}/healthcheck-client.crt
export ETCDCTL_KEY=${ETCD_PKI}/healthcheck-client.key
`;
