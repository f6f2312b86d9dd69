import { describe, expect, it } from "vitest";
import { resources } from "../registry";
import type { ApiObject } from "../types";
import {
  container,
  create,
  createErrors,
  deployment,
  draft,
  pod,
  service,
  template,
  withContainer,
} from "../../testing/kinds";

describe("validation on create", () => {
  it.each<[string, ApiObject]>([
    ["pod", pod({})],
    ["deployment", deployment()],
    ["service", service({ ports: [{ port: 80 }] })],
    ["headless service", service({ clusterIP: "None" })],
    ["node", draft("v1", "Node", {})],
    ["namespace", draft("v1", "Namespace", {})],
    ["lease", draft("coordination.k8s.io/v1", "Lease", { spec: { leaseDurationSeconds: 15 } })],
    ["config map", draft("v1", "ConfigMap", { data: { "a.b": "c" } })],
    [
      "role",
      draft(
        "rbac.authorization.k8s.io/v1",
        "Role",
        { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] },
        "system:x",
      ),
    ],
    [
      "preference for no node",
      pod({
        affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1 }] } },
      }),
    ],
    ["event", draft("v1", "Event", { involvedObject: { namespace: "default", name: "p" } })],
    [
      "slice",
      draft("discovery.k8s.io/v1", "EndpointSlice", {
        addressType: "IPv4",
        endpoints: [{ addresses: ["10.0.0.1"] }],
      }),
    ],
  ])("accepts a plain %s", (_what, obj) => {
    expect(createErrors(obj)).toEqual([]);
  });

  it.each<[ApiObject, string]>([
    [pod({ containers: [] }), "spec.containers: Required value"],
    [
      pod({
        affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1 }] } },
      }),
      "spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.topologyKey: " +
        "Required value: can not be empty",
    ],
    [withContainer({ name: "" }), "spec.containers[0].name: Required value"],
    [withContainer({ image: "" }), "spec.containers[0].image: Required value"],
    [pod({ containers: [container, container] }), 'spec.containers[1].name: Duplicate value: "c"'],
    [
      pod({ restartPolicy: "Sometimes" }),
      'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
    ],
    [
      withContainer({ ports: [{ containerPort: 70_000 }] }),
      "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
    ],
    [
      withContainer({ ports: [{ containerPort: 80, name: "UPPER" }] }),
      'spec.containers[0].ports[0].name: Invalid value: "UPPER": ' +
        "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
    ],
    [
      withContainer({ volumeMounts: [{ name: "v", mountPath: "/d" }] }),
      'spec.containers[0].volumeMounts[0].name: Not found: "v"',
    ],
    [
      withContainer({ resources: { requests: { cpu: "2" }, limits: { cpu: "1" } } }),
      'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
    ],
    [
      withContainer({ resources: { limits: { cpu: "-1" } } }),
      'spec.containers[0].resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
    ],
    [
      withContainer({ livenessProbe: { httpGet: { port: 0 } } }),
      "spec.containers[0].livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive",
    ],
    [
      withContainer({ livenessProbe: {} }),
      "spec.containers[0].livenessProbe: Required value: must specify a handler type",
    ],
    [
      pod({ terminationGracePeriodSeconds: -1 }),
      "spec.terminationGracePeriodSeconds: Invalid value: -1: must be greater than or equal to 0",
    ],
    [
      pod({ tolerations: [{ key: "k", operator: "Exists", value: "v" }] }),
      "value must be empty when `operator` is 'Exists'",
    ],
    [
      pod({ volumes: [{ name: "v", emptyDir: {}, secret: { secretName: "s" } }] }),
      "may not specify more than 1 volume type",
    ],
    [
      pod({ initContainers: [{ ...container, name: "i", livenessProbe: {} }] }),
      "may not be set for init containers without restartPolicy=Always",
    ],
    [
      draft("v1", "Pod", { spec: { containers: [container] } }, "Bad_Name"),
      'metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist of',
    ],
    [
      { ...pod({}), metadata: { name: "p", namespace: "default", labels: { "a b": "x" } } },
      'metadata.labels: Invalid value: "a b": name part must consist of',
    ],
    [
      { ...pod({}), metadata: { namespace: "default" } },
      "metadata.name: Required value: name or generateName is required",
    ],
    [deployment({ replicas: -1 }), "spec.replicas: Invalid value: -1: must be greater than or equal to 0"],
    [deployment({ selector: undefined }), "spec.selector: Required value"],
    [
      deployment({ selector: {} }),
      "spec.selector: Invalid value: {}: empty selector is invalid for deployment",
    ],
    [
      deployment({ selector: { matchLabels: { app: "db" } } }),
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
    [
      deployment({ strategy: { type: "Recreate", rollingUpdate: {} } }),
      "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ],
    [
      deployment({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
      "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0",
    ],
    [
      deployment({ strategy: { rollingUpdate: { maxSurge: "00%", maxUnavailable: 0 } } }),
      "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0",
    ],
    [
      deployment({ progressDeadlineSeconds: 5, minReadySeconds: 5 }),
      "spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds",
    ],
    [
      deployment({ template: { ...template, spec: { containers: [container], restartPolicy: "Never" } } }),
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ],
    [service({}), "spec.ports: Required value"],
    [service({ ports: [{ port: 80 }, { port: 81 }] }), "spec.ports[0].name: Required value"],
    [
      service({ ports: [{ port: 80, nodePort: 30_000 }] }),
      "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ],
    [service({ type: "ExternalName" }), "spec.externalName: Required value"],
    [
      { ...service({ ports: [{ port: 80 }] }), metadata: { name: "1st", namespace: "default" } },
      "a DNS-1035 label must consist of",
    ],
    [draft("v1", "ConfigMap", { data: { "a/b": "c" } }), "a valid config key must consist of"],
    [draft("v1", "Secret", { type: "kubernetes.io/tls", data: {} }), "data[tls.crt]: Required value"],
    [
      draft("v1", "Node", { spec: { taints: [{ key: "a", effect: "No" }] } }),
      'spec.taints[0].effect: Unsupported value: "No"',
    ],
    [
      draft("rbac.authorization.k8s.io/v1", "ClusterRole", {
        rules: [{ apiGroups: [""], resources: ["pods"] }],
      }),
      "rules[0].verbs: Required value: verbs must contain at least one value",
    ],
    [
      draft("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", { roleRef: { kind: "Role", name: "r" } }),
      'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
    ],
    [
      draft("policy/v1", "PodDisruptionBudget", { spec: { minAvailable: 1, maxUnavailable: 1 } }),
      "minAvailable and maxUnavailable cannot be both set",
    ],
    [
      draft("scheduling.k8s.io/v1", "PriorityClass", { value: 2_000_000_000 }),
      "value: Forbidden: maximum allowed value of a user defined priority is 1000000000",
    ],
    [
      draft("discovery.k8s.io/v1", "EndpointSlice", { addressType: "IPv5" }),
      'addressType: Unsupported value: "IPv5": supported values: "FQDN", "IPv4", "IPv6"',
    ],
    [
      draft("v1", "Event", { involvedObject: { namespace: "other" } }),
      'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
    ],
  ])("refuses %j", (obj, message) => {
    expect(createErrors(obj).join("\n")).toContain(message);
  });
});

it.each(resources.filter((r) => !r.virtual && r.conversion === undefined))(
  "$kind survives an empty body",
  (r) => {
    const made = create(draft(r.apiVersion, r.kind, {}));
    expect(() => r.validateCreate(made)).not.toThrow();
    for (const field of r.fieldNames) expect(typeof r.fieldValue(made, field)).toBe("string");
    expect(r.warnings(made, undefined)).toBeInstanceOf(Array);
  },
);
