/**
 * Who clients of etcd prove to be. A member trusts certificates of etcd's own authority and no others; whoever has
 * one may do anything. Models kubeadm: etcd with --client-cert-auth and an authority of its own.
 */
import type { EtcdError } from "../records";

export interface EtcdCertificate {
  readonly authority: "etcd-ca";
  readonly commonName: string;
}

/** kube-apiserver's certificate, and that of a member. */
export const APISERVER_CERTIFICATE: EtcdCertificate = {
  authority: "etcd-ca",
  commonName: "kube-apiserver-etcd-client",
};
export const MEMBER_CERTIFICATE: EtcdCertificate = { authority: "etcd-ca", commonName: "etcd-member" };

export function isEtcdCertificate(identity: unknown): boolean {
  return (identity as Partial<EtcdCertificate> | undefined)?.authority === "etcd-ca";
}

/** What a client learns whose certificate a member does not take, or who has none. */
export const ERR_CERTIFICATE: EtcdError = {
  code: "Unavailable",
  message: 'connection error: desc = "error reading server preface: remote error: tls: certificate required"',
};
