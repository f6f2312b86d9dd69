import { describe, expect, it } from "vitest";
import { errorText } from "../field-error";
import { findKind, findResource, resources } from "../registry";
import type { ApiObject } from "../types";

/** Freezes deeply, so that a strategy that mutates its input fails the test. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) frozen(member);
    Object.freeze(value);
  }
  return value;
}

const draft = (apiVersion: string, kind: string, body: object, name = "x"): ApiObject =>
  ({ apiVersion, kind, metadata: { name, namespace: "default" }, ...body }) as ApiObject;

function definitionOf(obj: ApiObject): NonNullable<ReturnType<typeof findKind>> {
  const definition = findKind(obj.apiVersion, obj.kind);
  if (definition === undefined) throw new Error(`no kind ${obj.kind}`);
  return definition;
}

/** Does what the server does to a new object before it stores it. */
function create(obj: ApiObject): any {
  const definition = definitionOf(obj);
  const { namespace: _dropped, ...clusterMeta } = obj.metadata;
  const placed = definition.namespaced ? obj : { ...obj, metadata: clusterMeta };
  return definition.prepareForCreate(definition.applyDefaults(frozen(placed)));
}

function createErrors(obj: ApiObject): string[] {
  return definitionOf(obj).validateCreate(create(obj)).map(errorText);
}

function updateErrors(before: ApiObject, change: (stored: any) => object): string[] {
  const definition = definitionOf(before);
  const stored = frozen({ ...create(before), metadata: { ...create(before).metadata, uid: "u" } });
  const next = definition.prepareForUpdate(definition.applyDefaults(change(stored) as ApiObject), stored);
  return definition.validateUpdate(next, stored).map(errorText);
}

const container = { name: "c", image: "nginx:1.27" };
const pod = (spec: object): ApiObject => draft("v1", "Pod", { spec: { containers: [container], ...spec } });
const withContainer = (extra: object): ApiObject => pod({ containers: [{ ...container, ...extra }] });
const template = { metadata: { labels: { app: "web" } }, spec: { containers: [container] } };
const deployment = (spec: object = {}): ApiObject =>
  draft("apps/v1", "Deployment", { spec: { selector: { matchLabels: { app: "web" } }, template, ...spec } });
const service = (spec: object): ApiObject => draft("v1", "Service", { spec });

describe("defaults", () => {
  it("fills in a pod", () => {
    const made = create(
      withContainer({
        ports: [{ containerPort: 80 }],
        resources: { limits: { cpu: "0.5", memory: "1024Mi" } },
        readinessProbe: { httpGet: { port: 80 } },
      }),
    );
    expect(made.spec).toMatchObject({
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 30,
      dnsPolicy: "ClusterFirst",
      schedulerName: "default-scheduler",
      enableServiceLinks: true,
      securityContext: {},
    });
    expect(made.spec.containers[0]).toMatchObject({
      imagePullPolicy: "IfNotPresent",
      terminationMessagePath: "/dev/termination-log",
      ports: [{ containerPort: 80, protocol: "TCP" }],
      resources: { limits: { cpu: "500m", memory: "1Gi" }, requests: { cpu: "500m", memory: "1Gi" } },
      readinessProbe: { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
    });
    expect(made.spec.containers[0].readinessProbe.httpGet).toEqual({ port: 80, path: "/", scheme: "HTTP" });
    expect(made.status).toEqual({ phase: "Pending", qosClass: "Guaranteed" });
    expect(made.metadata.generation).toBe(1);
  });

  it.each([
    ["nginx", "Always"],
    ["nginx:latest", "Always"],
    ["nginx:1.27", "IfNotPresent"],
    ["registry.local:5000/nginx", "Always"],
    ["registry.local:5000/nginx:2", "IfNotPresent"],
    ["nginx@sha256:abc", "IfNotPresent"],
  ])("pulls %s %s", (image, policy) => {
    expect(create(withContainer({ image })).spec.containers[0].imagePullPolicy).toBe(policy);
  });

  it("shares what it has defaulted before", () => {
    const made = create(deployment());
    const definition = findResource("apps", "v1", "deployments")!;
    expect(definition.applyDefaults(made)).toBe(made);
    const pods = findResource("", "v1", "pods")!;
    const first: any = pods.applyDefaults(draft("v1", "Pod", { spec: made.spec.template.spec }));
    expect(first.spec.containers[0]).toBe(made.spec.template.spec.containers[0]);
  });

  it("fills in a deployment", () => {
    expect(create(deployment()).spec).toMatchObject({
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
      template: { spec: { restartPolicy: "Always" } },
    });
  });

  it("fills in a service", () => {
    expect(
      create(service({ ports: [{ port: 80 }, { port: 81, name: "b", targetPort: "http" }] })).spec,
    ).toEqual({
      type: "ClusterIP",
      sessionAffinity: "None",
      internalTrafficPolicy: "Cluster",
      ports: [
        { port: 80, protocol: "TCP", targetPort: 80 },
        { port: 81, name: "b", protocol: "TCP", targetPort: "http" },
      ],
    });
    expect(create(service({ type: "LoadBalancer", ports: [{ port: 80 }] })).spec).toMatchObject({
      externalTrafficPolicy: "Cluster",
      allocateLoadBalancerNodePorts: true,
    });
  });

  it("turns a secret's text into data", () => {
    const made = create(draft("v1", "Secret", { stringData: { a: "héllo", b: "" }, data: { c: "eA==" } }));
    expect(made).toMatchObject({ type: "Opaque", data: { a: "aMOpbGxv", b: "", c: "eA==" } });
    expect(made.stringData).toBeUndefined();
  });

  it("gives a namespace its label and finalizer", () => {
    const made = create(draft("v1", "Namespace", {}, "team"));
    expect(made.metadata.labels).toEqual({ "kubernetes.io/metadata.name": "team" });
    expect(made).toMatchObject({ spec: { finalizers: ["kubernetes"] }, status: { phase: "Active" } });
  });

  it("lets a node bring its status, and no one else", () => {
    const node = create(draft("v1", "Node", { status: { capacity: { cpu: "4", memory: "1024Mi" } } }));
    expect(node.status).toEqual({
      capacity: { cpu: "4", memory: "1Gi" },
      allocatable: { cpu: "4", memory: "1Gi" },
    });
    expect(create({ ...deployment(), status: { replicas: 9 } } as ApiObject).status).toEqual({});
  });

  it("takes a replication controller's selector from its template", () => {
    const made = create(draft("v1", "ReplicationController", { spec: { template } }));
    expect(made).toMatchObject({
      metadata: { labels: { app: "web" } },
      spec: { replicas: 1, selector: { app: "web" } },
    });
  });
});

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

describe("updates", () => {
  it("count a change of the spec, and only that", () => {
    const definition = definitionOf(deployment());
    const stored = frozen({ ...create(deployment()), status: { replicas: 3 } });
    const same = definition.prepareForUpdate(
      { ...stored, spec: structuredClone(stored.spec), status: {} },
      stored,
    ) as any;
    expect(same.metadata.generation).toBe(1);
    expect(same.spec).toBe(stored.spec);
    expect(same.status).toBe(stored.status);
    const scaled = definition.prepareForUpdate({ ...stored, spec: { ...stored.spec, replicas: 5 } }, stored);
    expect(scaled.metadata.generation).toBe(2);
  });

  it("of the status keep everything else but labels and annotations", () => {
    const definition = definitionOf(deployment());
    const stored = frozen({
      ...create(deployment()),
      metadata: { name: "x", namespace: "default", uid: "u", generation: 4 },
    });
    const next = {
      ...stored,
      metadata: { ...stored.metadata, generation: 9, annotations: { a: "b" }, ownerReferences: [] },
      spec: { replicas: 7 },
      status: { replicas: 2 },
    };
    const made: any = definition.prepareForStatusUpdate(next as ApiObject, stored);
    expect(made.spec).toBe(stored.spec);
    expect(made.status).toEqual({ replicas: 2 });
    expect(made.metadata).toEqual({
      name: "x",
      namespace: "default",
      uid: "u",
      generation: 4,
      annotations: { a: "b" },
    });
  });

  it("of a service keep what was allocated", () => {
    const definition = definitionOf(service({}));
    const before = create(service({ type: "NodePort", ports: [{ port: 80 }] }));
    const spec = {
      ...before.spec,
      clusterIP: "10.0.0.9",
      clusterIPs: ["10.0.0.9"],
      ports: [{ ...before.spec.ports[0], nodePort: 30_001 }],
    };
    const stored = frozen({ ...before, spec });
    const next = definition.applyDefaults({
      ...stored,
      spec: { type: "NodePort", ports: [{ port: 80 }] },
    } as ApiObject);
    const made: any = definition.prepareForUpdate(next, stored);
    expect(made.spec).toMatchObject({ clusterIP: "10.0.0.9", ports: [{ nodePort: 30_001 }] });
    const inner = definition.applyDefaults({ ...stored, spec: { ...spec, type: "ClusterIP" } });
    expect((definition.prepareForUpdate(inner, stored) as any).spec.ports[0].nodePort).toBeUndefined();
  });

  it.each<[string, ApiObject, (stored: any) => object, string | undefined]>([
    [
      "a pod's image",
      pod({}),
      (p) => ({ ...p, spec: { ...p.spec, containers: [{ ...p.spec.containers[0], image: "j" }] } }),
      undefined,
    ],
    [
      "a pod's node",
      pod({}),
      (p) => ({ ...p, spec: { ...p.spec, nodeName: "w" } }),
      "spec: Forbidden: pod updates may not change fields other than",
    ],
    [
      "a pod's containers",
      pod({}),
      (p) => ({ ...p, spec: { ...p.spec, containers: [...p.spec.containers, { ...container, name: "d" }] } }),
      "spec.containers: Forbidden: pod updates may not add or remove containers",
    ],
    [
      "a toleration more",
      pod({}),
      (p) => ({ ...p, spec: { ...p.spec, tolerations: [{ key: "k", operator: "Exists" }] } }),
      undefined,
    ],
    [
      "a toleration less",
      pod({ tolerations: [{ key: "k", operator: "Exists" }] }),
      (p) => ({ ...p, spec: { ...p.spec, tolerations: [] } }),
      "existing toleration can not be modified",
    ],
    [
      "a deployment's selector",
      deployment(),
      (d) => ({
        ...d,
        spec: {
          ...d.spec,
          selector: { matchLabels: { app: "db" } },
          template: { ...template, metadata: { labels: { app: "db" } } },
        },
      }),
      'spec.selector: Invalid value: {"matchLabels":{"app":"db"}}: field is immutable',
    ],
    [
      "a uid",
      pod({}),
      (p) => ({ ...p, metadata: { ...p.metadata, uid: "v" } }),
      'metadata.uid: Invalid value: "v": field is immutable',
    ],
    [
      "a service's address",
      { ...service({ ports: [{ port: 80 }], clusterIP: "10.0.0.1" }) },
      (s) => ({ ...s, spec: { ...s.spec, clusterIP: "10.0.0.2" } }),
      'spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set',
    ],
    [
      "a secret's type",
      draft("v1", "Secret", {}),
      (s) => ({ ...s, type: "other" }),
      'type: Invalid value: "other": field is immutable',
    ],
    [
      "immutable data",
      draft("v1", "ConfigMap", { immutable: true, data: { a: "b" } }),
      (c) => ({ ...c, data: { a: "c" } }),
      "data: Forbidden: field is immutable when `immutable` is set",
    ],
    [
      "a binding's role",
      draft("rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { kind: "Role", name: "r" } }),
      (b) => ({ ...b, roleRef: { ...b.roleRef, name: "s" } }),
      "cannot change roleRef",
    ],
  ])("may or may not change %s", (_what, obj, change, message) => {
    const errors = updateErrors(obj, change);
    if (message === undefined) expect(errors).toEqual([]);
    else expect(errors.join("\n")).toContain(message);
  });
});

describe("pods", () => {
  const definition = findResource("", "v1", "pods")!;
  const bound = { ...create(pod({ nodeName: "w" })), status: { phase: "Running" } };

  it.each<[string, ApiObject, object, number]>([
    ["the pod's own grace", bound, {}, 30],
    ["what the client asks", bound, { gracePeriodSeconds: 5 }, 5],
    ["none on force", bound, { gracePeriodSeconds: 0 }, 0],
    ["a second for negative ones", bound, { gracePeriodSeconds: -1 }, 1],
    ["none unless bound", create(pod({})), {}, 0],
    ["none when it has ended", { ...bound, status: { phase: "Failed" } }, {}, 0],
  ])("are given %s", (_what, obj, options, seconds) => {
    expect(definition.gracefulDelete(obj, options)).toBe(seconds);
  });

  it("may not come back from the dead", () => {
    const ended = { name: "c", state: { terminated: { exitCode: 0 } } };
    const prev = { ...create(pod({ restartPolicy: "Never" })), status: { containerStatuses: [ended] } };
    const next = { ...prev, status: { containerStatuses: [{ name: "c", state: { running: {} } }] } };
    expect(definition.validateStatusUpdate(next, prev).map(errorText)).toEqual([
      "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state",
    ]);
  });

  it("start gated if they have gates", () => {
    expect(create(pod({ schedulingGates: [{ name: "g" }] })).status.conditions[0]).toMatchObject({
      type: "PodScheduled",
      status: "False",
      reason: "SchedulingGated",
    });
  });

  it("warn of variables given twice", () => {
    const twice = withContainer({
      env: [
        { name: "A", value: "1" },
        { name: "A", value: "2" },
      ],
    });
    expect(definition.warnings(create(twice), undefined)).toEqual([
      'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    ]);
  });
});
