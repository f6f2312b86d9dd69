import type { Pod, Service, ServicePort } from "../api/types";

/** A port of an endpoint. */
export interface EndpointPort {
  name: string;
  port: number;
  protocol: string;
  appProtocol?: string;
}

/** The number behind a Service's port on a pod; undefined if the pod has no port of that name (`podutil.FindPort`). */
export function findPort(pod: Pod, { targetPort, port, protocol = "TCP" }: ServicePort): number | undefined {
  if (targetPort === undefined) return port;
  if (typeof targetPort === "number") return targetPort;
  const sidecars = (pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === "Always");
  for (const container of [...pod.spec.containers, ...sidecars]) {
    for (const own of container.ports ?? []) {
      if (own.name === targetPort && (own.protocol ?? "TCP") === protocol) return own.containerPort;
    }
  }
  return undefined;
}

/** The ports on which a pod serves a Service; ports that it has not are left out. */
export function endpointPorts(service: Service, pod: Pod): EndpointPort[] {
  const ports: EndpointPort[] = [];
  for (const servicePort of service.spec.ports ?? []) {
    const port = findPort(pod, servicePort);
    if (port === undefined) continue;
    const { name = "", protocol = "TCP", appProtocol } = servicePort;
    ports.push(appProtocol === undefined ? { name, port, protocol } : { name, port, protocol, appProtocol });
  }
  return ports;
}

/** The same for equal lists of ports. */
export function portsKey(ports: readonly Partial<EndpointPort>[]): string {
  const texts = ports.map(
    (p) => `${p.name ?? ""}:${p.port ?? ""}:${p.protocol ?? ""}:${p.appProtocol ?? ""}`,
  );
  return texts.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).join(",");
}
