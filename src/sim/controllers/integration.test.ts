/** Controllers with a real API server, etcd, scheduler and kubelets. */
import { beforeEach, describe, expect, it } from "vitest";
import type {
  ApiList,
  ApiObject,
  ConfigMap,
  Deployment,
  Event,
  Namespace,
  Pod,
  ReplicaSet,
  Secret,
} from "../api/types";
import { SECOND } from "../kernel/time";
import { World } from "../testing/world";
import { ControllerManagerView } from "./manager";

const APPS = "/apis/apps/v1/namespaces/default";
const CORE = "/api/v1/namespaces/default";

let world: World;

beforeEach(() => {
  world = new World({ masters: 1, workers: 2, cloud: false, workload: "none" });
});

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- who asks knows what comes
function read<T>(path: string): T | undefined {
  const answer = world.get(path);
  return answer.status === 200 ? (answer.body as T) : undefined;
}

function list<T>(path: string): T[] {
  return read<ApiList<T>>(path)?.items ?? [];
}

function send(method: "POST" | "DELETE" | "PUT", path: string, body?: unknown): number {
  const headers = { "content-type": "application/json" };
  const { status } = world.request(body === undefined ? { method, path } : { method, path, headers, body });
  if (status >= 300) throw new Error(`${method} ${path}: ${status}`);
  return status;
}

function deploy(replicas: number, more: object = {}, name = "web"): void {
  const labels = { app: name };
  const container = { name: "web", image: "kubarium/web:1.0" };
  const template = {
    metadata: { labels },
    spec: { containers: [container], terminationGracePeriodSeconds: 5 },
  };
  const spec = { replicas, selector: { matchLabels: labels }, template, ...more };
  send("POST", `${APPS}/deployments`, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec,
  });
}

const web = (): Deployment | undefined => read<Deployment>(`${APPS}/deployments/web`);
const pods = (): Pod[] => list<Pod>(`${CORE}/pods`);
const sets = (): ReplicaSet[] => list<ReplicaSet>(`${APPS}/replicasets`);

function settle(replicas: number): void {
  world.until(`${replicas} pods are available and no others`, () => {
    const status = web()?.status;
    return (
      (status?.availableReplicas ?? 0) === replicas &&
      (status?.updatedReplicas ?? 0) === replicas &&
      pods().length === replicas
    );
  });
}

const setImage = (image: string): void => {
  const container = { name: "web", image };
  const path = `${APPS}/deployments/web`;
  const headers = { "content-type": "application/strategic-merge-patch+json" };
  const body = { spec: { template: { spec: { containers: [container] } } } };
  expect(world.request({ method: "PATCH", path, headers, body }).status).toBe(200);
};

describe("Deployments", () => {
  it("roll out, roll back and keep their history, never below what they promise", () => {
    deploy(4);
    settle(4);
    const [first] = sets();
    setImage("kubarium/web:2.0");
    world.until("the new image runs everywhere", () => {
      expect(pods().filter((p) => p.status.phase === "Running").length).toBeGreaterThanOrEqual(3);
      return pods().every((p) => p.spec.containers[0]?.image === "kubarium/web:2.0") && pods().length === 4;
    });
    settle(4);
    expect(sets().map((rs) => rs.spec.replicas)).toEqual(expect.arrayContaining([0, 4]));
    setImage("kubarium/web:1.0");
    settle(4);
    const again = sets().find((rs) => rs.metadata.uid === first?.metadata.uid);
    expect(again?.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
    expect(again?.spec.replicas).toBe(4);
    expect(web()?.status.conditions?.find((c) => c.type === "Progressing")?.reason).toBe(
      "NewReplicaSetAvailable",
    );
    const reasons = new Set(list<Event>(`${CORE}/events`).map((e) => `${e.involvedObject.kind} ${e.reason}`));
    for (const reason of [
      "Deployment ScalingReplicaSet",
      "ReplicaSet SuccessfulCreate",
      "ReplicaSet SuccessfulDelete",
    ]) {
      expect(reasons).toContain(reason);
    }
  });

  it("recreate: new pods only when no old one is left", () => {
    deploy(3, { strategy: { type: "Recreate" } });
    settle(3);
    setImage("kubarium/web:2.0");
    world.until("the new image runs everywhere", () => {
      const images = new Set(pods().map((p) => p.spec.containers[0]?.image));
      expect(images.size).toBeLessThanOrEqual(1);
      return images.has("kubarium/web:2.0");
    });
    settle(3);
  });
});

describe("deletion", () => {
  it("takes everything that was owned along, dependents first in the foreground", () => {
    deploy(2);
    settle(2);
    const body = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Foreground" };
    send("DELETE", `${APPS}/deployments/web`, body);
    expect(web()?.metadata.finalizers).toEqual(["foregroundDeletion"]);
    world.until("the Deployment is gone", () => web() === undefined);
    expect(sets()).toEqual([]);
    expect(pods()).toEqual([]);
  });

  it("orphans when asked to, and a new Deployment adopts what it left", () => {
    deploy(2);
    settle(2);
    const names = new Set(pods().map((p) => p.metadata.name));
    const body = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Orphan" };
    send("DELETE", `${APPS}/deployments/web`, body);
    world.until("the Deployment is gone", () => web() === undefined);
    expect(sets().map((rs) => rs.metadata.ownerReferences ?? [])).toEqual([[]]);
    deploy(2);
    settle(2);
    expect(new Set(pods().map((p) => p.metadata.name))).toEqual(names);
    expect(sets()).toHaveLength(1);
  });

  it("of a namespace empties it first", () => {
    send("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
    const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: {} };
    send("POST", "/api/v1/namespaces/shop/configmaps", map);
    world.run(2 * SECOND);
    const names = list<ConfigMap>("/api/v1/namespaces/shop/configmaps").map((m) => m.metadata.name);
    expect(names.sort((a, b) => (a < b ? -1 : 1))).toEqual(["a", "kube-root-ca.crt"]);
    expect(read<ApiObject>("/api/v1/namespaces/shop/serviceaccounts/default")).toBeDefined();
    send("DELETE", "/api/v1/namespaces/shop");
    expect(read<Namespace>("/api/v1/namespaces/shop")?.status.phase).toBe("Terminating");
    world.until("the namespace is gone", () => read("/api/v1/namespaces/shop") === undefined, 60 * SECOND);
  });
});

it("fills in token secrets with tokens that the server accepts", () => {
  const annotations = { "kubernetes.io/service-account.name": "default" };
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "t", annotations },
    type: "kubernetes.io/service-account-token",
  };
  send("POST", `${CORE}/secrets`, secret);
  world.until("the token is there", () => read<Secret>(`${CORE}/secrets/t`)?.data?.["token"] !== undefined);
  const data = read<Secret>(`${CORE}/secrets/t`)?.data ?? {};
  const token = globalThis.atob(data["token"] ?? "");
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const review = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenReview",
    metadata: {},
    spec: { token },
  };
  const path = "/apis/authentication.k8s.io/v1/tokenreviews";
  const reviewed = world.request({
    method: "POST",
    path,
    headers: { "content-type": headers["content-type"] },
    body: review,
  });
  expect(reviewed.body).toMatchObject({
    status: { authenticated: true, user: { username: "system:serviceaccount:default:default" } },
  });
});

it("hands over to another manager when the leader dies, and goes on where it was", () => {
  world = new World({ masters: 3, workers: 2, cloud: false, workload: "none" });
  const views = () =>
    [...world.cluster.kernel.network.hosts.values()].flatMap((host) => {
      const found = [...host.processes.values()].filter((p) => p.view instanceof ControllerManagerView);
      return found.map((p) => ({ host, process: p, view: p.view as ControllerManagerView }));
    });
  world.until("somebody leads", () => views().some((v) => v.view.leading));
  deploy(2);
  settle(2);
  const before = views().find((v) => v.view.leading)!;
  expect(views().filter((v) => v.view.leading)).toHaveLength(1);
  world.do({ type: "power-off", host: before.host.name });
  // The lost machine may have led etcd too: whoever asks in that moment has to ask again.
  world.until("the new size is written", () => world.scale("web", 4).status === 200, 60 * SECOND);
  world.until("another leads", () => views().some((v) => v.view.leading), 60 * SECOND);
  world.until("four pods run", () => web()?.status.availableReplicas === 4, 60 * SECOND);
});

it("has nothing to tell while nothing happens: heartbeats, polls and renewals are quiet", () => {
  world = new World({ masters: 3, workers: 2, cloud: false });
  world.run(120 * SECOND);
  const { trace } = world.cluster.kernel;
  const loud: string[] = [];
  for (let i = 0; i < 20; i++) {
    const cursor = trace.messageCount;
    world.run(SECOND);
    for (const m of trace.messagesSince(cursor))
      if (!m.quiet) loud.push(`${m.kind} from ${m.from.id} to ${m.to?.id}`);
  }
  expect(loud).toEqual([]);
});

it("lets every pod be traced back to the request that wanted it", () => {
  deploy(1);
  settle(1);
  world.run(10 * SECOND);
  const before = world.cluster.kernel.trace.lastFact;
  expect(world.scale("web", 2).status).toBe(200);
  settle(2);
  const { trace } = world.cluster.kernel;
  const created = trace.factsAfter(before).find((f) => f.kind === "object" && f.subject.startsWith("pods/"));
  const chain: string[] = [];
  for (let f = created; f !== undefined && f.id > before; f = trace.fact(f.cause)) {
    const [kind, , name = ""] = f.subject.split("/");
    chain.push(f.kind === "object" ? `${kind} ${name.split("-")[0]}` : f.kind);
  }
  expect(chain.slice(0, 3)).toEqual(["pods web", "replicasets web", "deployments web"]);
});
