import type { ApiResponse, ClientCertificate } from "../../../api/http";
import { text } from "./parts";

/** Groups whose certificates open every door: that of kubeadm's `apiserver-kubelet-client`, and the masters. */
const TRUSTED = new Set(["kubeadm:cluster-admins", "system:masters"]);

/** Why a client may not ask this kubelet; undefined: it may. */
export function mayEnter(identity: unknown): ApiResponse | undefined {
  if (identity === undefined) return text(401, "Unauthorized");
  const { commonName, organizations } = identity as ClientCertificate;
  if (organizations.some((o) => TRUSTED.has(o))) return undefined;
  return text(403, `Forbidden (user=${commonName}, verb=get, resource=nodes, subresource(s)=[proxy])`);
}
