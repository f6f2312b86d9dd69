/**
 * Shapes of the served kinds (`staging/src/k8s.io/api`).
 */
import { condition, labelSelector, metadata, podSpec, podStatus, podTemplate } from "./pod-shapes";
import { each, list, map, struct, withoutPrototype } from "./shape";
import type { Shape, StructShape } from "./shape";

const strings = list("string");
const labels = map("string");
const conditions = list(condition);

function object(kind: string, fields: Readonly<Record<string, Shape>>): StructShape {
  return struct(kind, { ...each("string", "apiVersion", "kind"), metadata, ...fields });
}

const objectReference = struct(
  "ObjectReference",
  each("string", "kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"),
);

const replicaCounts = each(
  "int32",
  "replicas",
  "readyReplicas",
  "availableReplicas",
  "updatedReplicas",
  "unavailableReplicas",
  "fullyLabeledReplicas",
  "terminatingReplicas",
);

const endpointPort = struct("EndpointPort", {
  ...each("string", "name", "protocol", "appProtocol"),
  port: "int32",
});
const endpointAddress = struct("EndpointAddress", {
  ...each("string", "ip", "hostname", "nodeName"),
  targetRef: objectReference,
});

const rules = list(
  struct("PolicyRule", each(strings, "verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")),
);
const binding = {
  subjects: list(struct("Subject", each("string", "kind", "apiGroup", "name", "namespace"))),
  roleRef: struct("RoleRef", each("string", "apiGroup", "kind", "name")),
};

const taints = list(struct("Taint", { ...each("string", "key", "value", "effect"), timeAdded: "time" }));

const service = object("Service", {
  spec: struct("ServiceSpec", {
    ...each(
      "string",
      "type",
      "clusterIP",
      "sessionAffinity",
      "externalName",
      "loadBalancerIP",
      "loadBalancerClass",
    ),
    ...each("string", "externalTrafficPolicy", "internalTrafficPolicy", "ipFamilyPolicy"),
    ...each(strings, "clusterIPs", "externalIPs", "ipFamilies", "loadBalancerSourceRanges"),
    ...each("bool", "publishNotReadyAddresses", "allocateLoadBalancerNodePorts"),
    healthCheckNodePort: "int32",
    selector: labels,
    ports: list(
      struct("ServicePort", {
        ...each("string", "name", "protocol", "appProtocol"),
        ...each("int32", "port", "nodePort"),
        targetPort: "intOrString",
      }),
    ),
    sessionAffinityConfig: struct("SessionAffinityConfig", {
      clientIP: struct("ClientIPConfig", { timeoutSeconds: "int32" }),
    }),
  }),
  status: struct("ServiceStatus", {
    loadBalancer: struct("LoadBalancerStatus", {
      ingress: list(struct("LoadBalancerIngress", each("string", "ip", "hostname", "ipMode"))),
    }),
    conditions,
  }),
});

const deployment = object("Deployment", {
  spec: struct("DeploymentSpec", {
    ...each("int32", "replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"),
    paused: "bool",
    selector: labelSelector,
    template: podTemplate,
    strategy: struct("DeploymentStrategy", {
      type: "string",
      rollingUpdate: struct("RollingUpdateDeployment", each("intOrString", "maxUnavailable", "maxSurge")),
    }),
  }),
  status: struct("DeploymentStatus", { ...replicaCounts, observedGeneration: "int64", conditions }),
});

const node = object("Node", {
  spec: struct("NodeSpec", {
    ...each("string", "podCIDR", "providerID"),
    podCIDRs: strings,
    unschedulable: "bool",
    taints,
  }),
  status: struct("NodeStatus", {
    capacity: map("quantity"),
    allocatable: map("quantity"),
    conditions,
    addresses: list(struct("NodeAddress", each("string", "type", "address"))),
  }),
});

const event = object("Event", {
  involvedObject: objectReference,
  regarding: objectReference,
  ...each("string", "reason", "message", "note", "type", "action", "reportingComponent", "reportingInstance"),
  ...each("time", "firstTimestamp", "lastTimestamp", "eventTime"),
  count: "int32",
  source: struct("EventSource", each("string", "component", "host")),
  series: struct("EventSeries", { count: "int32", lastObservedTime: "time" }),
});

const endpointSlice = object("EndpointSlice", {
  addressType: "string",
  endpoints: list(
    struct("Endpoint", {
      addresses: strings,
      ...each("string", "hostname", "nodeName", "zone"),
      conditions: struct("EndpointConditions", each("bool", "ready", "serving", "terminating")),
      targetRef: objectReference,
    }),
  ),
  ports: list(endpointPort),
});

/** Shapes by kind; kinds of one name (Event) share one, as the fields they do not share have other names. */
export const shapes: Readonly<Record<string, StructShape>> = withoutPrototype({
  Pod: object("Pod", { spec: podSpec, status: podStatus }),
  Node: node,
  Service: service,
  Deployment: deployment,
  Event: event,
  EndpointSlice: endpointSlice,
  Namespace: object("Namespace", {
    spec: struct("NamespaceSpec", { finalizers: strings }),
    status: struct("NamespaceStatus", { phase: "string", conditions }),
  }),
  Endpoints: object("Endpoints", {
    subsets: list(
      struct("EndpointSubset", {
        addresses: list(endpointAddress),
        notReadyAddresses: list(endpointAddress),
        ports: list(endpointPort),
      }),
    ),
  }),
  ReplicaSet: object("ReplicaSet", {
    spec: struct("ReplicaSetSpec", {
      ...each("int32", "replicas", "minReadySeconds"),
      selector: labelSelector,
      template: podTemplate,
    }),
    status: struct("ReplicaSetStatus", { ...replicaCounts, observedGeneration: "int64", conditions }),
  }),
  ReplicationController: object("ReplicationController", {
    spec: struct("ReplicationControllerSpec", {
      ...each("int32", "replicas", "minReadySeconds"),
      selector: labels,
      template: podTemplate,
    }),
    status: struct("ReplicationControllerStatus", {
      ...replicaCounts,
      observedGeneration: "int64",
      conditions,
    }),
  }),
  ConfigMap: object("ConfigMap", { data: labels, binaryData: map("bytes"), immutable: "bool" }),
  Secret: object("Secret", { data: map("bytes"), stringData: labels, type: "string", immutable: "bool" }),
  ServiceAccount: object("ServiceAccount", {
    secrets: list(objectReference),
    imagePullSecrets: list(struct("LocalObjectReference", { name: "string" })),
    automountServiceAccountToken: "bool",
  }),
  Lease: object("Lease", {
    spec: struct("LeaseSpec", {
      ...each("string", "holderIdentity", "strategy", "preferredHolder"),
      ...each("int32", "leaseDurationSeconds", "leaseTransitions"),
      ...each("time", "acquireTime", "renewTime"),
    }),
  }),
  Role: object("Role", { rules }),
  ClusterRole: object("ClusterRole", { rules }),
  RoleBinding: object("RoleBinding", binding),
  ClusterRoleBinding: object("ClusterRoleBinding", binding),
  PriorityClass: object("PriorityClass", {
    value: "int32",
    globalDefault: "bool",
    ...each("string", "description", "preemptionPolicy"),
  }),
  PodDisruptionBudget: object("PodDisruptionBudget", {
    spec: struct("PodDisruptionBudgetSpec", {
      ...each("intOrString", "minAvailable", "maxUnavailable"),
      selector: labelSelector,
      unhealthyPodEvictionPolicy: "string",
    }),
    status: struct("PodDisruptionBudgetStatus", {
      ...each("int32", "currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods"),
      conditions,
    }),
  }),
});

/** The shape of a kind, e.g. `("apps/v1", "Deployment")`; undefined for kinds that are not known. */
export function shapeOf(_apiVersion: string, kind: string): StructShape | undefined {
  return shapes[kind];
}
