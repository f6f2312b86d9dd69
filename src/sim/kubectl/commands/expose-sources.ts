/** What objects tell a service about their pods (kubectl `pkg/polymorphichelpers`). */
import type { Container, PodSpec } from "../../api/types";
import { fail } from "../cli/failure";
import type { Info } from "../resource/info";
import { podSpecOf } from "../resource/pod-template";

const EXPOSABLE: ReadonlySet<string> = new Set([
  "Pod.",
  "Service.",
  "ReplicationController.",
  "Deployment.apps",
  "ReplicaSet.apps",
]);

/** @throws Failure for kinds that cannot be exposed */
export function exposable({ mapping: { kind, group } }: Info): void {
  if (!EXPOSABLE.has(`${kind}.${group}`))
    throw fail(`cannot expose a ${group === "" ? kind : `${kind}.${group}`}`);
}

type Labels = Readonly<Record<string, string>>;

/** Labels by which the pods are found. @throws Failure when there are none */
export function selectorOf({ mapping, object }: Info): Labels {
  const none = (why: string): never => {
    throw fail(`couldn't retrieve selectors via --selector flag or introspection: ${why}`);
  };
  const spec = object?.["spec"] as { readonly selector?: unknown } | undefined;
  if (mapping.kind === "Pod") {
    const labels = object?.metadata?.labels ?? {};
    return Object.keys(labels).length > 0 ? labels : none("the pod has no labels and cannot be exposed");
  }
  if (mapping.kind === "Service") {
    return (spec?.selector as Labels | undefined) ?? none("the service has no pod selector set");
  }
  if (mapping.kind === "ReplicationController") return spec?.selector as Labels;
  const selector = spec?.selector as { readonly matchLabels?: Labels; readonly matchExpressions?: unknown[] };
  if ((selector.matchExpressions ?? []).length > 0) {
    none(
      `couldn't convert expressions - "${JSON.stringify(selector.matchExpressions)}" to map-based selector format`,
    );
  }
  return selector.matchLabels ?? {};
}

interface Port {
  readonly port: string;
  readonly protocol: string;
}

function allPorts(info: Info): readonly Port[] {
  const { mapping, object } = info;
  if (mapping.kind === "Service") {
    const { ports = [] } = (object?.["spec"] ?? {}) as { ports?: { port: number; protocol?: string }[] };
    return ports.map(({ port, protocol = "TCP" }) => ({ port: String(port), protocol }));
  }
  const spec: PodSpec = podSpecOf(object ?? {}, info);
  return spec.containers.flatMap((container: Container) =>
    (container.ports ?? []).map(({ containerPort, protocol = "TCP" }) => ({
      port: String(containerPort),
      protocol,
    })),
  );
}

export function portsOf(info: Info): readonly string[] {
  return allPorts(info).map(({ port }) => port);
}

/** The protocol of each port. */
export function protocolsOf(info: Info): ReadonlyMap<string, string> {
  return new Map(allPorts(info).map(({ port, protocol }) => [port, protocol]));
}
