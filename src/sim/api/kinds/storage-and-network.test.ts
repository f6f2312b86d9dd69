import { describe, expect, it } from "vitest";
import { errorText } from "../field-error";
import type { ResourceDefinition } from "../resource";
import type { ApiObject } from "../types";
import { certificateSigningRequests } from "./certificate-signing-request";
import { ingressClasses } from "./ingress-class";
import { ingresses } from "./ingress";
import { limitRanges } from "./limit-range";
import { networkPolicies } from "./network-policy";
import { persistentVolumeClaims } from "./persistent-volume-claim";
import { persistentVolumes } from "./persistent-volume";
import { resourceQuotas } from "./resource-quota";
import { runtimeClasses } from "./runtime-class";
import { storageClasses } from "./storage-class";

type Def = ResourceDefinition;

function make(def: Def, parts: object, metadata: object = {}): ApiObject {
  const where = def.namespaced ? { namespace: "default" } : {};
  const draft = { apiVersion: def.apiVersion, kind: def.kind, ...parts };
  const meta = { name: "x", uid: "u", creationTimestamp: "2026-01-01T00:00:00Z", ...where, ...metadata };
  return def.prepareForCreate(def.applyDefaults({ ...draft, metadata: meta }));
}

function texts(def: Def, parts: object): string[] {
  return def.validateCreate(make(def, parts)).map(errorText);
}

function cells(def: Def, object: ApiObject): Record<string, unknown> {
  return Object.fromEntries(def.columns.map((c) => [c.name, c.cell(object, 0)]));
}

const backend = { service: { name: "web", port: { number: 80 } } };
const path = { path: "/", pathType: "Prefix", backend };
const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
const volume = { accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" }, hostPath: { path: "/data" } };
const request = { request: "eA==", signerName: "example.com/mine", usages: ["client auth"] };

describe("what is accepted", () => {
  it.each<[Def, object]>([
    [persistentVolumeClaims, { spec: claim }],
    [persistentVolumes, { spec: volume }],
    [storageClasses, { provisioner: "example.com/disk" }],
    [ingresses, { spec: { rules: [{ host: "*.example.com", http: { paths: [path] } }] } }],
    [ingresses, { spec: { defaultBackend: backend } }],
    [ingressClasses, { spec: { controller: "example.com/a/b" } }],
    [networkPolicies, { spec: {} }],
    [networkPolicies, { spec: { ingress: [{ from: [{ podSelector: {} }], ports: [{ port: "http" }] }] } }],
    [runtimeClasses, { handler: "gvisor" }],
    [resourceQuotas, { spec: { hard: { pods: "10", "requests.cpu": "2", "count/deployments.apps": "3" } } }],
    [limitRanges, { spec: { limits: [{ type: "Container", max: { cpu: "2" }, min: { cpu: "100m" } }] } }],
    [certificateSigningRequests, { spec: request }],
  ])("%# $kind", (def, parts) => {
    expect(texts(def, parts)).toEqual([]);
  });
});

describe("what is refused", () => {
  it.each<[Def, object, string]>([
    [
      persistentVolumeClaims,
      { spec: { ...claim, accessModes: [] } },
      "spec.accessModes: Required value: at least 1 access mode is required",
    ],
    [
      persistentVolumeClaims,
      { spec: { accessModes: ["ReadWriteOnce"] } },
      "spec.resources[storage]: Required value",
    ],
    [
      persistentVolumeClaims,
      { spec: { ...claim, accessModes: ["RWO"] } },
      'spec.accessModes[0]: Unsupported value: "RWO": supported values: ' +
        '"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
    ],
    [
      persistentVolumes,
      { spec: { ...volume, hostPath: undefined } },
      "spec: Required value: must specify a volume type",
    ],
    [
      persistentVolumes,
      { spec: { ...volume, nfs: { server: "s", path: "/" } } },
      "spec.nfs: Forbidden: may not specify more than 1 volume type",
    ],
    [persistentVolumes, { spec: { ...volume, capacity: {} } }, "spec.capacity: Required value"],
    [storageClasses, {}, "provisioner: Required value"],
    [
      storageClasses,
      { provisioner: "a", reclaimPolicy: "Keep" },
      'reclaimPolicy: Unsupported value: "Keep": supported values: "Delete", "Retain"',
    ],
    [
      ingresses,
      { spec: {} },
      "spec: Invalid value: {}: either `defaultBackend` or `rules` must be specified",
    ],
    [
      ingresses,
      { spec: { rules: [{ http: { paths: [{ path: "/", backend }] } }] } },
      "spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified",
    ],
    [
      ingresses,
      { spec: { rules: [{ http: { paths: [{ ...path, path: "a" }] } }] } },
      'spec.rules[0].http.paths[0].path: Invalid value: "a": must be an absolute path',
    ],
    [
      ingresses,
      { spec: { defaultBackend: { service: { name: "web" } } } },
      "spec.defaultBackend: Required value: port name or number is required",
    ],
    [
      ingressClasses,
      { spec: { controller: "mine" } },
      'spec.controller: Invalid value: "mine": must be a domain-prefixed path (such as "acme.io/foo")',
    ],
    [
      networkPolicies,
      { spec: { ingress: [{ from: [{}] }] } },
      "spec.ingress[0].from[0]: Required value: must specify a peer",
    ],
    [
      networkPolicies,
      { spec: { egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0" } }] }] } },
      'spec.egress[0].to[0].ipBlock.cidr: Invalid value: "10.0.0.0": must be a valid ' +
        "CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
    ],
    [
      networkPolicies,
      { spec: { policyTypes: ["Both"] } },
      'spec.policyTypes[0]: Unsupported value: "Both": supported values: "Egress", "Ingress"',
    ],
    [
      resourceQuotas,
      { spec: { hard: { pods: "1.5" } } },
      'spec.hard[pods]: Invalid value: "1500m": must be an integer',
    ],
    [
      resourceQuotas,
      { spec: { hard: { nonsense: "1" } } },
      'spec.hard[nonsense]: Invalid value: "nonsense": must be a standard resource for quota',
    ],
    [
      resourceQuotas,
      { spec: { hard: { pods: "1" }, scopes: ["Some"] } },
      'spec.scopes: Invalid value: ["Some"]: unsupported scope',
    ],
    [
      limitRanges,
      { spec: { limits: [{ type: "Container", max: { cpu: "1" }, min: { cpu: "2" } }] } },
      'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
    ],
    [
      limitRanges,
      { spec: { limits: [{ type: "Pod", default: { cpu: "1" } }] } },
      "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
    ],
    [
      certificateSigningRequests,
      { spec: { ...request, signerName: "mine" } },
      'spec.signerName: Invalid value: "mine": must be a fully qualified domain and ' +
        "path of the form 'example.com/signer-name'",
    ],
  ])("%#", (def, parts, text) => {
    expect(texts(def, parts)).toContain(text);
  });
});

describe("what may not change", () => {
  it.each<[Def, object, object, string]>([
    [
      persistentVolumeClaims,
      { spec: claim },
      { spec: { ...claim, accessModes: ["ReadWriteMany"] } },
      "spec: Forbidden: spec is immutable after creation except resources.requests and " +
        "volumeAttributesClassName for bound claims",
    ],
    [
      persistentVolumes,
      { spec: volume },
      { spec: { ...volume, hostPath: { path: "/other" } } },
      "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation",
    ],
    [
      storageClasses,
      { provisioner: "a" },
      { provisioner: "b" },
      "provisioner: Forbidden: updates to provisioner are forbidden.",
    ],
    [
      storageClasses,
      { provisioner: "a", parameters: { x: "1" } },
      { provisioner: "a" },
      "parameters: Forbidden: updates to parameters are forbidden.",
    ],
    [
      ingressClasses,
      { spec: { controller: "a.io/b" } },
      { spec: { controller: "a.io/c" } },
      'spec.controller: Invalid value: "a.io/c": field is immutable',
    ],
    [runtimeClasses, { handler: "a" }, { handler: "b" }, 'handler: Invalid value: "b": field is immutable'],
    [
      resourceQuotas,
      { spec: { hard: { pods: "1" } } },
      { spec: { hard: { pods: "1" }, scopes: ["BestEffort"] } },
      'spec.scopes: Invalid value: ["BestEffort"]: field is immutable',
    ],
  ])("%#", (def, before, after, text) => {
    const prev = make(def, before);
    const next = def.prepareForUpdate(def.applyDefaults(make(def, after)), prev);
    expect(def.validateUpdate(next, prev).map(errorText)).toContain(text);
  });
});

describe("defaults", () => {
  it.each<[Def, object, object]>([
    [
      persistentVolumeClaims,
      { spec: claim },
      { spec: { volumeMode: "Filesystem" }, status: { phase: "Pending" } },
    ],
    [
      persistentVolumes,
      { spec: volume },
      { spec: { persistentVolumeReclaimPolicy: "Retain", hostPath: { path: "/data", type: "" } } },
    ],
    [storageClasses, { provisioner: "a" }, { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" }],
    [networkPolicies, { spec: {} }, { spec: { podSelector: {}, policyTypes: ["Ingress"] } }],
    [
      networkPolicies,
      { spec: { egress: [{ ports: [{ port: 53 }] }] } },
      { spec: { policyTypes: ["Ingress", "Egress"], egress: [{ ports: [{ port: 53, protocol: "TCP" }] }] } },
    ],
    [
      limitRanges,
      { spec: { limits: [{ type: "Container", max: { cpu: "2" } }] } },
      { spec: { limits: [{ default: { cpu: "2" }, defaultRequest: { cpu: "2" } }] } },
    ],
    [
      resourceQuotas,
      { spec: { hard: { "limits.cpu": "2000m" } } },
      { spec: { hard: { "limits.cpu": "2" } } },
    ],
  ])("%#", (def, parts, wanted) => {
    expect(make(def, parts)).toMatchObject(wanted);
  });
});

describe("tables", () => {
  it.each<[Def, object, object]>([
    [
      persistentVolumeClaims,
      { spec: claim },
      { Status: "Pending", Volume: "", Capacity: "", VolumeAttributesClass: "<unset>" },
    ],
    [
      persistentVolumes,
      { spec: { ...volume, claimRef: { namespace: "a", name: "b" } } },
      { Capacity: "1Gi", "Access Modes": "RWO", "Reclaim Policy": "Retain", Claim: "a/b" },
    ],
    [
      ingresses,
      { spec: { rules: [{ host: "a" }, { host: "b" }, { host: "c" }, { host: "d" }] } },
      { Class: "<none>", Hosts: "a,b,c + 1 more...", Ports: "80" },
    ],
    [
      ingresses,
      { spec: { ingressClassName: "nginx", defaultBackend: backend, tls: [{}] } },
      { Class: "nginx", Hosts: "*", Ports: "80, 443" },
    ],
    [
      ingressClasses,
      { spec: { controller: "a.io/b", parameters: { apiGroup: "a.io", kind: "P", name: "n" } } },
      { Controller: "a.io/b", Parameters: "P.a.io/n" },
    ],
    [
      networkPolicies,
      { spec: { podSelector: { matchLabels: { app: "web" } } } },
      { "Pod-Selector": "app=web" },
    ],
    [
      certificateSigningRequests,
      { spec: { ...request, username: "jane", expirationSeconds: 3600 } },
      { Condition: "Pending", Requestor: "jane", RequestedDuration: "60m" },
    ],
    [limitRanges, { spec: {} }, { "Created At": "2026-01-01T00:00:00Z" }],
  ])("%#", (def, parts, wanted) => {
    expect(cells(def, make(def, parts))).toMatchObject(wanted);
  });

  it("of quotas show what is used of what", () => {
    const quota = {
      ...make(resourceQuotas, {}),
      status: { hard: { pods: "2", "limits.cpu": "1" }, used: { pods: "1" } },
    };
    expect(cells(resourceQuotas, quota)).toMatchObject({ Request: "pods: 1/2", Limit: "limits.cpu: 0/1" });
  });

  it("mark the default class", () => {
    const annotations = { "storageclass.kubernetes.io/is-default-class": "true" };
    const object = make(storageClasses, { provisioner: "a" }, { annotations });
    expect(cells(storageClasses, object)).toMatchObject({
      Name: "x (default)",
      VolumeBindingMode: "Immediate",
    });
  });
});
