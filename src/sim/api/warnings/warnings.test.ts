import { describe, expect, it } from "vitest";
import { deployments } from "../kinds/deployment";
import { endpoints } from "../kinds/endpoints";
import { ingresses } from "../kinds/ingress";
import { pods } from "../kinds/pod";
import { services } from "../kinds/service";
import type { Deployment, Ingress, Pod, PodSpec, Service } from "../types";
import { podWarnings } from "./pod-spec";

const spec = (more: object = {}): PodSpec =>
  ({ containers: [{ name: "c", image: "i" }], ...more }) as PodSpec;
const container = (more: object): PodSpec => spec({ containers: [{ name: "c", image: "i", ...more }] });
const annotated = (...names: string[]) => ({
  annotations: Object.fromEntries(names.map((name) => [name, ""])),
});
const HIDES = 'hides previous definition of "A", which may be dropped when using apply';
const NO_SELECTOR = "a null labelSelector results in matching no pod";

describe("podWarnings", () => {
  it("has nothing to say of what is in order", () => {
    const ports = [{ containerPort: 80 }, { containerPort: 80, protocol: "UDP" }];
    const env = [{ name: "A", value: "x" }, { name: "A", value: "$(A)y" }, { name: "B" }];
    expect(podWarnings(container({ ports, env, resources: { limits: { memory: "1Gi" } } }), {})).toEqual([]);
  });

  it.each<[string, PodSpec, string[]]>([
    [
      "old node labels",
      spec({ nodeSelector: { "beta.kubernetes.io/os": "linux", x: "y" } }),
      ['spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'],
    ],
    [
      "old node labels in affinity",
      spec({
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: "beta.kubernetes.io/arch", operator: "Exists" }] },
              ],
            },
          },
        },
      }),
      [
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]." +
          "matchExpressions[0].key: beta.kubernetes.io/arch is deprecated since v1.14; " +
          'use "kubernetes.io/arch" instead',
      ],
    ],
    [
      "spreading by an old label, and over nothing",
      spec({ topologySpreadConstraints: [{ topologyKey: "failure-domain.beta.kubernetes.io/zone" }] }),
      [
        "spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is " +
          'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
        `spec.topologySpreadConstraints[0].labelSelector: ${NO_SELECTOR}`,
      ],
    ],
    [
      "volumes of old",
      spec({ volumes: [{ name: "a" }, { name: "b", gitRepo: {} }, { name: "c", storageos: {} }] }),
      [
        "spec.volumes[1].gitRepo: deprecated in v1.11",
        "spec.volumes[2].storageOS: deprecated in v1.22, non-functional in v1.25+",
      ],
    ],
    [
      "aliases and secrets given twice",
      spec({ hostAliases: [{ ip: "1.1.1.1" }, { ip: "1.1.1.1" }], imagePullSecrets: [{ name: "" }] }),
      [
        'spec.hostAliases[1].ip: duplicate ip "1.1.1.1"',
        'spec.imagePullSecrets[0].name: invalid empty name ""',
      ],
    ],
    [
      "parts of a byte",
      container({ resources: { limits: { memory: "100m" }, requests: { cpu: "100m" } } }),
      [
        'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
      ],
    ],
    [
      "variables that hide others",
      container({
        env: [
          { name: "A", value: "1" },
          { name: "A", value: "2" },
          { name: "A", value: "$(A)" },
        ],
      }),
      [`spec.containers[0].env[1]: ${HIDES}`, `spec.containers[0].env[2]: ${HIDES}`],
    ],
    [
      "ports that clash",
      container({
        ports: [{ containerPort: 80 }, { containerPort: 80 }, { containerPort: 80, hostPort: 8080 }],
      }),
      [
        "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]",
        "spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[0]",
        "spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[1]",
      ],
    ],
    [
      "an address without a port",
      container({ ports: [{ containerPort: 80, hostIP: "1.2.3.4" }] }),
      [
        "spec.containers[0].ports[0]: hostIP set without hostPort: " +
          "{Name: HostPort:0 ContainerPort:80 Protocol:TCP HostIP:1.2.3.4}",
      ],
    ],
    [
      "affinity to no pod",
      spec({
        affinity: {
          podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "z" }] },
        },
      }),
      [
        "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: " +
          NO_SELECTOR,
      ],
    ],
    [
      "grace below zero",
      spec({ terminationGracePeriodSeconds: -1 }),
      [
        "spec.terminationGracePeriodSeconds: must be >= 0; " +
          "negative values are invalid and will be treated as 1",
      ],
    ],
  ])("tells of %s", (_what, given, texts) => {
    expect(podWarnings(given, {})).toEqual(texts);
  });

  it.each<[string, string]>([
    [
      "scheduler.alpha.kubernetes.io/critical-pod",
      'non-functional in v1.16+; use the "priorityClassName" field',
    ],
    ["seccomp.security.alpha.kubernetes.io/pod", 'non-functional in v1.27+; use the "seccompProfile" field'],
    [
      "container.seccomp.security.alpha.kubernetes.io/c",
      'non-functional in v1.27+; use the "seccompProfile"',
    ],
  ])("tells of the annotation %s", (name, text) => {
    const [said] = podWarnings(spec(), annotated(name));
    expect(said).toContain(`metadata.annotations[${name}]: ${text}`);
  });

  it("begins paths with where the template is", () => {
    const twice = container({ ports: [{ containerPort: 80 }, { containerPort: 80 }] });
    expect(podWarnings(twice, {}, "spec.template")).toEqual([
      "spec.template.spec.containers[0].ports[1]: duplicate port definition with " +
        "spec.template.spec.containers[0].ports[0]",
    ]);
  });
});

describe("warnings of kinds", () => {
  const bad = spec({ terminationGracePeriodSeconds: -1 });

  it("are told for new pods and for changed ones", () => {
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a.b" }, spec: bad, status: {} } as Pod;
    expect(pods.warnings(pod, undefined)).toEqual([
      expect.stringContaining("metadata.name: this is used in the Pod's hostname, which can result in"),
      expect.stringContaining("spec.terminationGracePeriodSeconds: must be >= 0"),
    ]);
    expect(pods.warnings(pod, pod)).toEqual([]);
    expect(pods.warnings(pod, { ...pod, spec: spec() })).toHaveLength(1);
  });

  it("are told for templates", () => {
    const made = { metadata: { name: "d" }, spec: { template: { spec: bad } } } as unknown as Deployment;
    expect(deployments.warnings(made, undefined)).toEqual([
      expect.stringContaining("spec.template.spec.terminationGracePeriodSeconds: must be >= 0"),
    ]);
    expect(deployments.warnings(made, { ...made })).toEqual([]);
  });

  it("are told for a Service and an Ingress", () => {
    const headless = {
      metadata: {},
      spec: { clusterIP: "None", sessionAffinity: "ClientIP" },
    } as unknown as Service;
    expect(services.warnings(headless, undefined)).toEqual([
      "spec.SessionAffinity is ignored for headless services",
    ]);
    const ingress = { metadata: annotated("kubernetes.io/ingress.class"), spec: {} } as unknown as Ingress;
    expect(ingresses.warnings(ingress, undefined)).toEqual([
      "annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead",
    ]);
    expect(ingresses.warnings(ingress, ingress)).toEqual([]);
  });

  it("are told to all who ask for Endpoints", () => {
    expect(endpoints.deprecation).toBe(
      "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
    );
  });
});
