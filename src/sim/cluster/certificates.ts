/** Certificates of the cluster as files: whose they are, and the kubeconfig that holds one. */
import { decodeBase64, encodeBase64 } from "../api/base64";
import type { ClientCertificate } from "../api/http";
import { MAX_MASTERS } from "./config";
import { ADDRESSES, masterName } from "./topology";

/**
 * The text of a certificate: it says whose it is, and nothing in it is secret. That nobody else can make one is
 * what signatures are for; here it is so because only texts that were handed out are known.
 */
export function certificateText(kind: string, subject: string): string {
  const body = encodeBase64(`simulated: ${subject}`);
  return `-----BEGIN ${kind}-----\n${body.replace(/(.{64})/g, "$1\n").trimEnd()}\n-----END ${kind}-----\n`;
}

const ADMIN_CERTIFICATE = certificateText("CERTIFICATE", "O=kubeadm:cluster-admins, CN=kubernetes-admin");
/** Certificates of etcd's own authority, by whose they are. */
const ETCD_HOLDERS = [
  "kube-etcd-healthcheck-client",
  ...Array.from({ length: MAX_MASTERS }, (_, i) => masterName(i + 1)),
];

export const etcdCertificate = (holder: string): string =>
  certificateText("CERTIFICATE", `issuer etcd-ca, CN=${holder}`);

/** Who holds a certificate, by its text. */
const HOLDERS: ReadonlyMap<string, ClientCertificate> = new Map<string, ClientCertificate>([
  [ADMIN_CERTIFICATE, { commonName: "kubernetes-admin", organizations: ["system:masters"] }],
  ...ETCD_HOLDERS.map((commonName): [string, ClientCertificate] => [
    etcdCertificate(commonName),
    { commonName, organizations: [], authority: "etcd-ca" } as ClientCertificate,
  ]),
]);

/** Names the API servers, and the admin's certificate. */
export function kubeconfig(): string {
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
export function certificate(data: string): ClientCertificate | undefined {
  const text = data.trim();
  if (text.startsWith("-----")) return HOLDERS.get(`${text}\n`);
  return HOLDERS.get(decodeBase64(text.replace(/\s/g, "")) ?? "");
}
