import type { Recorded } from "../sim/cluster/recorded";
import type { Service } from "../sim/api/types";
import type { ServiceView } from "./types";

/** A Service as recorded, with how many endpoints of its slices are ready. */
export function serviceView(s: Service, recorded: Recorded): ServiceView {
  const { namespace, name } = s.metadata;
  const ingress = (s.status.loadBalancer?.ingress ?? []).map((i) => i.ip ?? i.hostname ?? "");
  const waiting = s.spec.type === "LoadBalancer" && ingress.length === 0;
  return {
    id: `${namespace}/${name}`,
    namespace,
    name,
    type: s.spec.type ?? "ClusterIP",
    clusterIP: s.spec.clusterIP ?? "",
    external: waiting ? ["pending"] : ingress,
    selector: Object.entries(s.spec.selector ?? {})
      .map(([k, v]) => `${k}=${v}`)
      .join(","),
    readyEndpoints: recorded.readyEndpoints(namespace, name),
    ports: (s.spec.ports ?? [])
      .map((p) => `${p.port}${p.nodePort ? `:${p.nodePort}` : ""}/${p.protocol ?? "TCP"}`)
      .join(","),
  };
}
