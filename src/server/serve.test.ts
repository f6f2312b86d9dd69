import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve, type RunningServer } from "./serve";

let server: RunningServer;
const crashes: unknown[] = [];

beforeAll(async () => {
  server = await serve(
    {
      config: { seed: 1, masters: 1, workers: 2, cloud: false, workload: "none", traffic: 0 },
      speed: 50,
      port: 0,
    },
    (error) => crashes.push(error),
  );
}, 60_000);
afterAll(async () => {
  await server.close();
  expect(crashes).toEqual([]);
  expect(existsSync(server.kubeconfig)).toBe(false);
});

interface Sent {
  readonly method?: string;
  readonly type?: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

function open(path: string, { method = "GET", type = "application/json", body, signal }: Sent = {}) {
  return fetch(server.url + path, {
    method,
    headers: {
      authorization: `Bearer ${server.token}`,
      ...(body === undefined ? {} : { "content-type": type }),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
}

async function send(path: string, sent?: Sent): Promise<{ status: number; body: any }> {
  const response = await open(path, sent);
  return { status: response.status, body: await response.json() };
}

const MAPS = "/api/v1/namespaces/default/configmaps";
const map = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, labels: { test: "yes" } },
  data,
});

describe("a cluster over HTTP", () => {
  it("lists its nodes, Ready, and writes a kubeconfig with its address and token", async () => {
    const { status, body } = await send("/api/v1/nodes");
    expect(status).toBe(200);
    expect(body.items.map((n: any) => n.metadata.name)).toEqual(["master-1", "worker-1", "worker-2"]);
    const ready = (n: any): string => n.status.conditions.find((c: any) => c.type === "Ready").status;
    expect(body.items.map(ready)).toEqual(["True", "True", "True"]);
    const config = readFileSync(server.kubeconfig, "utf8");
    expect(config).toContain(server.url);
    expect(config).toContain(server.token);
  });

  it("has documents that clients need not read again", async () => {
    const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    for (const path of ["/api", "/apis", "/openapi/v3/apis/apps/v1"]) {
      const ask = (known?: string) => {
        const authorization = `Bearer ${server.token}`;
        const headers = { authorization, accept: `${accept},application/json` };
        return fetch(server.url + path, {
          headers: known === undefined ? headers : { ...headers, "if-none-match": known },
        });
      };
      const first = await ask();
      const etag = first.headers.get("etag") ?? "";
      expect([first.status, etag]).toEqual([200, expect.stringMatching(/^".+"$/)]);
      const again = await ask(etag);
      expect([again.status, again.headers.get("etag"), await again.text()]).toEqual([304, etag, ""]);
      // Else a client's cache would take what it has for something of that type.
      expect(again.headers.get("content-type")).toBeNull();
      expect((await ask('"another"')).status).toBe(200);
    }
  });

  it("creates, gets, updates, patches, lists and deletes", async () => {
    const created = await send(MAPS, { method: "POST", body: map("crud", { a: "1" }) });
    expect(created.status).toBe(201);
    expect(created.body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    const path = `${MAPS}/crud`;
    const updated = await send(path, { method: "PUT", body: { ...created.body, data: { a: "2" } } });
    expect([updated.status, updated.body.data]).toEqual([200, { a: "2" }]);
    const stale = await send(path, { method: "PUT", body: { ...created.body, data: { a: "3" } } });
    expect([stale.status, stale.body.reason]).toEqual([409, "Conflict"]);
    const patch = { method: "PATCH", type: "application/merge-patch+json", body: { data: { b: "x" } } };
    expect((await send(path, patch)).body.data).toEqual({ a: "2", b: "x" });
    const list = await send(`${MAPS}?labelSelector=test%3Dyes`);
    expect(list.body.items.map((m: any) => m.metadata.name)).toEqual(["crud"]);
    expect((await send(path, { method: "DELETE" })).body).toMatchObject({
      kind: "Status",
      status: "Success",
    });
    const gone = await send(path);
    expect([gone.status, gone.body]).toMatchObject([404, { kind: "Status", reason: "NotFound" }]);
  });

  it("takes YAML, and refuses what it cannot read with a Status", async () => {
    const yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: from-yaml\ndata:\n  k: v\n";
    const created = await send(MAPS, { method: "POST", type: "application/yaml", body: yaml });
    expect([created.status, created.body.data]).toEqual([201, { k: "v" }]);
    const broken = await send(MAPS, { method: "POST", body: "{" });
    expect([broken.status, broken.body.reason]).toEqual([400, "BadRequest"]);
    const unnamed = await send(MAPS, { method: "POST", body: { apiVersion: "v1", kind: "ConfigMap" } });
    expect([unnamed.status, unnamed.body.reason]).toEqual([422, "Invalid"]);
    expect((await send("/apis/nobody.example/v1/things")).status).toBe(404);
  });

  it("watches from a revision on", async () => {
    const { body: list } = await send(MAPS);
    const hangUp = new AbortController();
    const response = await open(`${MAPS}?watch=true&resourceVersion=${list.metadata.resourceVersion}`, {
      signal: hangUp.signal,
    });
    expect(response.status).toBe(200);
    await send(MAPS, { method: "POST", body: map("watched") });
    await send(`${MAPS}/watched`, { method: "DELETE" });
    const events: [string, string][] = [];
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        const event = JSON.parse(line);
        if (event.type !== "BOOKMARK") events.push([event.type, event.object.metadata.name]);
      }
      if (events.length >= 2) break;
    }
    expect(events).toEqual([
      ["ADDED", "watched"],
      ["DELETED", "watched"],
    ]);
    hangUp.abort();
  });

  it("tells fifty watchers everything, in order, while one of them does not listen", async () => {
    await send(MAPS, { method: "POST", body: map("hot", { n: "0" }) });
    const path = `${MAPS}?watch=true&fieldSelector=metadata.name%3Dhot`;
    const hangUp = new AbortController();
    const deaf = await open(path, { signal: hangUp.signal });
    const watchers = await Promise.all(
      Array.from({ length: 50 }, () => open(path, { signal: hangUp.signal })),
    );
    const told = watchers.map(async (response) => {
      const seen: string[] = [];
      let text = "";
      const decoder = new TextDecoder();
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        const lines = (text + decoder.decode(chunk, { stream: true })).split("\n");
        text = lines.pop() ?? "";
        for (const line of lines) seen.push(JSON.parse(line).object.data.n);
        if (seen.at(-1) === "40") break;
      }
      return seen;
    });
    for (let i = 1; i <= 40; i++) {
      const patch = {
        method: "PATCH",
        type: "application/merge-patch+json",
        body: { data: { n: String(i) } },
      };
      expect((await send(`${MAPS}/hot`, patch)).status).toBe(200);
    }
    const everything = Array.from({ length: 41 }, (_, i) => String(i));
    for (const seen of await Promise.all(told)) expect(seen).toEqual(everything);
    expect(deaf.bodyUsed).toBe(false);
    hangUp.abort();
  });

  it("lets its time pass: a Deployment comes up by itself", async () => {
    const labels = { app: "hello" };
    const container = { name: "hello", image: "kubarium/web:1.0" };
    const created = await send("/apis/apps/v1/namespaces/default/deployments", {
      method: "POST",
      body: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "hello" },
        spec: {
          replicas: 3,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [container] } },
        },
      },
    });
    expect(created.status).toBe(201);
    await expect
      .poll(
        async () =>
          (await send("/apis/apps/v1/namespaces/default/deployments/hello")).body.status.readyReplicas,
        { timeout: 15_000, interval: 100 },
      )
      .toBe(3);
  });

  it("answers 503 when its masters are down, and again when they are back", async () => {
    server.cluster.apply({ type: "power-off", host: "master-1" });
    const down = await send("/api/v1/nodes");
    expect([down.status, down.body.reason]).toEqual([503, "ServiceUnavailable"]);
    server.cluster.apply({ type: "power-on", host: "master-1" });
    await expect
      .poll(async () => (await send("/api/v1/nodes")).status, { timeout: 15_000, interval: 200 })
      .toBe(200);
  });

  it("refuses without the token", async () => {
    expect((await fetch(`${server.url}/api/v1/nodes`)).status).toBe(401);
  });
});
