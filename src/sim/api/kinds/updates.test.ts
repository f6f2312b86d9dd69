import { describe, expect, it } from "vitest";
import type { ApiObject } from "../types";
import {
  container,
  create,
  definitionOf,
  deployment,
  draft,
  frozen,
  pod,
  service,
  template,
  updateErrors,
} from "../../testing/kinds";

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
