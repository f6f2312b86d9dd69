/**
 * Shapes of metadata, pods and pod templates (`staging/src/k8s.io/api/core/v1/types.go`).
 */
import { each, list, map, struct } from "./shape";
import type { Shape } from "./shape";

const strings = list("string");
const labels = map("string");

export const metadata = struct("ObjectMeta", {
  ...each("string", "name", "generateName", "namespace", "uid", "resourceVersion"),
  ...each("time", "creationTimestamp", "deletionTimestamp"),
  ...each("int64", "generation", "deletionGracePeriodSeconds"),
  labels,
  annotations: labels,
  finalizers: strings,
  ownerReferences: list(
    struct("OwnerReference", {
      ...each("string", "apiVersion", "kind", "name", "uid"),
      ...each("bool", "controller", "blockOwnerDeletion"),
    }),
  ),
  managedFields: list(struct("ManagedFieldsEntry", each("string", "manager", "operation"))),
});

export const labelSelector = struct("LabelSelector", {
  matchLabels: labels,
  matchExpressions: list(
    struct("LabelSelectorRequirement", { ...each("string", "key", "operator"), values: strings }),
  ),
});

export const condition = struct("Condition", {
  ...each("string", "type", "status", "reason", "message"),
  ...each("time", "lastTransitionTime", "lastProbeTime", "lastUpdateTime", "lastHeartbeatTime"),
});

const probe = struct("Probe", {
  ...each(
    "int32",
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
  ),
  terminationGracePeriodSeconds: "int64",
  exec: struct("ExecAction", { command: strings }),
  httpGet: struct("HTTPGetAction", { ...each("string", "path", "host", "scheme"), port: "intOrString" }),
  tcpSocket: struct("TCPSocketAction", { host: "string", port: "intOrString" }),
  grpc: struct("GRPCAction", { port: "int32", service: "string" }),
});

const handler = struct("LifecycleHandler", {
  exec: struct("ExecAction", { command: strings }),
  httpGet: struct("HTTPGetAction", { ...each("string", "path", "host", "scheme"), port: "intOrString" }),
  tcpSocket: struct("TCPSocketAction", { host: "string", port: "intOrString" }),
  sleep: struct("SleepAction", { seconds: "int64" }),
});

const keySelector = struct("KeySelector", { ...each("string", "name", "key"), optional: "bool" });
const fieldRef = struct("ObjectFieldSelector", each("string", "apiVersion", "fieldPath"));

const container = struct("Container", {
  ...each("string", "name", "image", "workingDir", "imagePullPolicy", "restartPolicy"),
  ...each("string", "terminationMessagePath", "terminationMessagePolicy"),
  command: strings,
  args: strings,
  ports: list(
    struct("ContainerPort", {
      ...each("string", "name", "protocol", "hostIP"),
      ...each("int32", "containerPort", "hostPort"),
    }),
  ),
  env: list(
    struct("EnvVar", {
      ...each("string", "name", "value"),
      valueFrom: struct("EnvVarSource", {
        configMapKeyRef: keySelector,
        secretKeyRef: keySelector,
        fieldRef,
        resourceFieldRef: struct("ResourceFieldSelector", each("string", "containerName", "resource")),
      }),
    }),
  ),
  envFrom: list(
    struct("EnvFromSource", {
      prefix: "string",
      configMapRef: struct("ConfigMapEnvSource", { name: "string", optional: "bool" }),
      secretRef: struct("SecretEnvSource", { name: "string", optional: "bool" }),
    }),
  ),
  resources: struct("ResourceRequirements", { limits: map("quantity"), requests: map("quantity") }),
  volumeMounts: list(
    struct("VolumeMount", {
      ...each("string", "name", "mountPath", "subPath", "subPathExpr"),
      readOnly: "bool",
    }),
  ),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: struct("Lifecycle", { postStart: handler, preStop: handler, stopSignal: "string" }),
});

const items = list(struct("KeyToPath", each("string", "key", "path")));
const downwardItems = list(struct("DownwardAPIVolumeFile", { path: "string", fieldRef }));

const volume = struct("Volume", {
  name: "string",
  emptyDir: struct("EmptyDirVolumeSource", { medium: "string", sizeLimit: "quantity" }),
  hostPath: struct("HostPathVolumeSource", each("string", "path", "type")),
  secret: struct("SecretVolumeSource", {
    secretName: "string",
    defaultMode: "int32",
    optional: "bool",
    items,
  }),
  configMap: struct("ConfigMapVolumeSource", {
    name: "string",
    defaultMode: "int32",
    optional: "bool",
    items,
  }),
  downwardAPI: struct("DownwardAPIVolumeSource", { items: downwardItems, defaultMode: "int32" }),
  persistentVolumeClaim: struct("PersistentVolumeClaimVolumeSource", {
    claimName: "string",
    readOnly: "bool",
  }),
  projected: struct("ProjectedVolumeSource", {
    defaultMode: "int32",
    sources: list(
      struct("VolumeProjection", {
        secret: struct("SecretProjection", { name: "string", items }),
        configMap: struct("ConfigMapProjection", { name: "string", items }),
        downwardAPI: struct("DownwardAPIProjection", { items: downwardItems }),
        serviceAccountToken: struct("ServiceAccountTokenProjection", {
          ...each("string", "audience", "path"),
          expirationSeconds: "int64",
        }),
      }),
    ),
  }),
});

const requirement = struct("NodeSelectorRequirement", {
  ...each("string", "key", "operator"),
  values: strings,
});
const nodeTerm = struct("NodeSelectorTerm", {
  matchExpressions: list(requirement),
  matchFields: list(requirement),
});
const podTerm = struct("PodAffinityTerm", {
  labelSelector,
  namespaceSelector: labelSelector,
  namespaces: strings,
  topologyKey: "string",
});
const podAffinity = struct("PodAffinity", {
  requiredDuringSchedulingIgnoredDuringExecution: list(podTerm),
  preferredDuringSchedulingIgnoredDuringExecution: list(
    struct("WeightedPodAffinityTerm", { weight: "int32", podAffinityTerm: podTerm }),
  ),
});

const affinity = struct("Affinity", {
  nodeAffinity: struct("NodeAffinity", {
    requiredDuringSchedulingIgnoredDuringExecution: struct("NodeSelector", {
      nodeSelectorTerms: list(nodeTerm),
    }),
    preferredDuringSchedulingIgnoredDuringExecution: list(
      struct("PreferredSchedulingTerm", { weight: "int32", preference: nodeTerm }),
    ),
  }),
  podAffinity,
  podAntiAffinity: podAffinity,
});

export const podSpec = struct("PodSpec", {
  containers: list(container),
  initContainers: list(container),
  ephemeralContainers: list(container),
  volumes: list(volume),
  ...each(
    "string",
    "restartPolicy",
    "dnsPolicy",
    "serviceAccountName",
    "serviceAccount",
    "nodeName",
    "hostname",
  ),
  ...each(
    "string",
    "subdomain",
    "schedulerName",
    "priorityClassName",
    "preemptionPolicy",
    "runtimeClassName",
  ),
  ...each("int64", "terminationGracePeriodSeconds", "activeDeadlineSeconds"),
  priority: "int32",
  ...each("bool", "hostNetwork", "hostPID", "hostIPC", "enableServiceLinks", "automountServiceAccountToken"),
  nodeSelector: labels,
  affinity,
  tolerations: list(
    struct("Toleration", {
      ...each("string", "key", "operator", "value", "effect"),
      tolerationSeconds: "int64",
    }),
  ),
  topologySpreadConstraints: list(
    struct("TopologySpreadConstraint", {
      ...each("int32", "maxSkew", "minDomains"),
      ...each("string", "topologyKey", "whenUnsatisfiable", "nodeAffinityPolicy", "nodeTaintsPolicy"),
      labelSelector,
      matchLabelKeys: strings,
    }),
  ),
  imagePullSecrets: list(struct("LocalObjectReference", { name: "string" })),
  hostAliases: list(struct("HostAlias", { ip: "string", hostnames: strings })),
  readinessGates: list(struct("PodReadinessGate", { conditionType: "string" })),
  schedulingGates: list(struct("PodSchedulingGate", { name: "string" })),
  overhead: map("quantity"),
});

const state = struct("ContainerState", {
  waiting: struct("ContainerStateWaiting", each("string", "reason", "message")),
  running: struct("ContainerStateRunning", { startedAt: "time" }),
  terminated: struct("ContainerStateTerminated", {
    ...each("int32", "exitCode", "signal"),
    ...each("string", "reason", "message"),
    ...each("time", "startedAt", "finishedAt"),
  }),
});

const containerStatuses = list(
  struct("ContainerStatus", {
    ...each("string", "name", "image", "imageID", "containerID"),
    ...each("bool", "ready", "started"),
    restartCount: "int32",
    state,
    lastState: state,
  }),
);

export const podStatus = struct("PodStatus", {
  ...each("string", "phase", "reason", "message", "podIP", "hostIP", "qosClass", "nominatedNodeName"),
  conditions: list(condition),
  containerStatuses,
  initContainerStatuses: containerStatuses,
  ephemeralContainerStatuses: containerStatuses,
  podIPs: list(struct("PodIP", { ip: "string" })),
  startTime: "time",
});

export const podTemplate: Shape = struct("PodTemplateSpec", { metadata, spec: podSpec });
