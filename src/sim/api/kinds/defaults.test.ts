import { describe, expect, it } from "vitest";
import { findResource } from "../registry";
import type { ApiObject } from "../types";
import { create, deployment, draft, service, template, withContainer } from "../../testing/kinds";

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
