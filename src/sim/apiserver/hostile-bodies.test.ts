/** Whatever a body leaves out, has as null or has of another type: an answer, and nothing that panics. */
import { describe, expect, it } from "vitest";
import type { HttpMethod } from "../api/http";
import { resources } from "../api/registry";
import type { ResourceDefinition } from "../api/resource";
import type { Shape } from "../api/schema/shape";
import { shapeOf } from "../api/schema/shapes";
import type { Status } from "../api/types";
import { MERGE } from "../testing/api-samples";
import { ApiWorld } from "../testing/api-world";

const containers = [{ name: "c", image: "i" }];
const metadata = { labels: { app: "x" } };
const selector = { matchLabels: metadata.labels };
const template = { metadata, spec: { containers } };
const once = { template: { spec: { containers, restartPolicy: "Never" } } };
const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" };
const workload = { spec: { selector, template } };
const version = { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } };

/** What an object needs beside its name to be taken, by kind. */
const GOOD: Readonly<Record<string, object>> = {
  CertificateSigningRequest: {
    spec: { signerName: "example.com/x", request: "LS0tLS1CRUdJTg==", usages: ["client auth"] },
  },
  ClusterRoleBinding: { roleRef },
  ControllerRevision: { data: {}, revision: 1 },
  CronJob: { spec: { schedule: "* * * * *", jobTemplate: { spec: once } } },
  CustomResourceDefinition: {
    metadata: { name: "foos.ex.io" },
    spec: {
      group: "ex.io",
      scope: "Namespaced",
      names: { plural: "foos", kind: "Foo" },
      versions: [version],
    },
    status: { storedVersions: ["v1"], conditions: [{ type: "Established", status: "True" }] },
  },
  DaemonSet: workload,
  Deployment: workload,
  EndpointSlice: { addressType: "IPv4", endpoints: [{ addresses: ["10.1.2.3"] }] },
  Endpoints: { subsets: [{ addresses: [{ ip: "10.1.2.3" }] }] },
  Event: { involvedObject: { kind: "Pod", name: "x", namespace: "default" } },
  FlowSchema: { spec: { priorityLevelConfiguration: { name: "exempt" } } },
  HorizontalPodAutoscaler: { spec: { maxReplicas: 3, scaleTargetRef: { kind: "Deployment", name: "x" } } },
  Ingress: { spec: { defaultBackend: { service: { name: "x", port: { number: 80 } } } } },
  IngressClass: { spec: { controller: "ex.io/x" } },
  Job: { spec: once },
  PersistentVolume: {
    spec: {
      accessModes: ["ReadWriteOnce"],
      capacity: { storage: "1Gi" },
      persistentVolumeReclaimPolicy: "Retain",
      hostPath: { path: "/x" },
    },
  },
  PersistentVolumeClaim: {
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  },
  Pod: { spec: { containers, initContainers: [{ name: "s", image: "i", restartPolicy: "Always" }] } },
  PodDisruptionBudget: { spec: { minAvailable: 1, selector } },
  PodTemplate: { template },
  PriorityClass: { value: 5 },
  PriorityLevelConfiguration: {
    spec: { type: "Limited", limited: { limitResponse: { type: "Reject" } } },
  },
  ReplicaSet: workload,
  ReplicationController: { spec: { selector: metadata.labels, template } },
  RoleBinding: { roleRef },
  RuntimeClass: { handler: "x" },
  Service: { spec: { ports: [{ port: 80 }] } },
  StatefulSet: { spec: { ...workload.spec, serviceName: "x" } },
  StorageClass: { provisioner: "ex.io/x" },
};

/** Doors whose bodies nobody reads. */
const STREAMS = new Set(["attach", "exec", "log", "portforward"]);
/** Depths of structs to which objects that are made have holes, and what is written to those that are there. */
const DEEP = 3;
const SHALLOW = 2;

type Path = readonly (string | number)[];
type Body = Readonly<Record<string, unknown>>;

/** Nothing, and what is nearly nothing, at any place of a shape, to a depth of structs. */
function* placed(shape: Shape, deep: number, path: Path = []): Generator<readonly [Path, unknown]> {
  if (path.length > 0) yield [path, null];
  if (typeof shape === "string") yield [path, {}];
  else if ("list" in shape) {
    for (const value of [[null], "x"]) yield [path, value];
    yield* placed(shape.list, deep, [...path, 0]);
  } else if ("map" in shape) {
    for (const value of [{ a: null }, { constructor: "x" }]) yield [path, value];
    yield* placed(shape.map, deep, [...path, "a"]);
  } else {
    for (const value of [{}, []]) yield [path, value];
    if (deep === 0) return;
    for (const [name, field] of Object.entries(shape.fields)) {
      if (name !== "managedFields") yield* placed(field, deep - 1, [...path, name]);
    }
  }
}

/** `to` with a value at a place in it. */
function withPlaced(to: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  const made = typeof key === "number" ? [...((to ?? []) as unknown[])] : { ...(to as Body) };
  const members = made as Record<string | number, unknown>;
  members[key] = withPlaced(members[key], rest, value);
  return made;
}

class Doors {
  /** Requests that got no answer, and their bodies. */
  wrong: string[] = [];
  readonly #world = new ApiWorld();

  constructor() {
    this.send("POST", "/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "default" } });
  }

  /** Sends a body; remembers the request if its answer is none. */
  send(method: HttpMethod, path: string, body: unknown, headers = {}): number {
    const { status, body: answer } = this.#world.request(method, path, { body, headers });
    const { kind, code, message } = answer as Status;
    const isAnswer = status < 400 || (kind === "Status" && code === status);
    if (!isAnswer || message?.includes("panic")) {
      this.wrong.push(`${method} ${path} ${JSON.stringify(body)}: ${message}`);
    }
    return status;
  }

  /** All writes through one door of an object, which is made anew whenever it is gone. */
  write(door: string, verbs: readonly string[], body: unknown, whole: unknown): void {
    if (verbs.includes("create")) this.send("POST", door, body);
    if (verbs.includes("update")) for (const one of [body, whole]) this.send("PUT", door, one);
    if (verbs.includes("patch")) this.send("PATCH", door, body, MERGE);
  }
}

describe("a body of holes", () => {
  const doors = new Doors();

  it.each(resources.map((def) => [`${def.resource} (${def.apiVersion})`, def] as const))(
    "%s",
    (_what, def) => {
      const { apiVersion, kind, namespaced, resource, subresources, verbs, virtual } =
        def as ResourceDefinition;
      doors.wrong = [];
      const space = namespaced ? "/namespaces/default" : "";
      const base = `/${def.group === "" ? "api" : "apis"}/${apiVersion}${space}/${resource}`;
      const good = { metadata: { name: "x" }, ...GOOD[kind] };
      const { name } = good.metadata;
      const path = `${base}/${name}`;
      const shape = shapeOf(apiVersion, kind) as Shape;
      for (const [place, value] of placed(shape, DEEP)) {
        if (doors.send("POST", base, withPlaced(good, place, value)) === 201 && !virtual) {
          doors.send("DELETE", path, { gracePeriodSeconds: 0 });
        }
      }
      expect(doors.wrong).toEqual([]);
      if (virtual) return;
      const bodies = [...placed(shape, SHALLOW)];
      for (const [door, sub] of [
        ...Object.entries(subresources),
        ["", { verbs, kind: undefined }] as const,
      ]) {
        if (STREAMS.has(door)) continue;
        const at = door === "" ? path : `${path}/${door}`;
        const { group = def.group, version: of = def.version } = sub as { group?: string; version?: string };
        const own = sub.kind === undefined;
        const other = own ? undefined : shapeOf(group === "" ? of : `${group}/${of}`, sub.kind);
        for (const [place, value] of other === undefined ? bodies : placed(other, SHALLOW)) {
          doors.send("POST", base, good);
          const bare = withPlaced({ metadata: { name } }, place, value);
          const whole = withPlaced(own ? good : { metadata: { name }, spec: { replicas: 1 } }, place, value);
          const written = door === "" ? verbs.filter((verb) => verb !== "create") : sub.verbs;
          doors.write(at, written, bare, whole);
        }
      }
      expect(doors.wrong).toEqual([]);
    },
  );
});
