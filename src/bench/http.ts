/** What the API costs over HTTP, on loopback. */
import { Agent, request as httpRequest } from "node:http";
import process from "node:process";
import { serve, type RunningServer } from "../server/serve";
import { heapMb, type Measurement } from "./measure";

const MAPS = "/api/v1/namespaces/default/configmaps";
const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

interface Client {
  readonly server: RunningServer;
  readonly agent: Agent;
}

/** `speed` 1000 is more than can be kept up with: full pace. */
async function open(workers: number, speed: number): Promise<Client> {
  const config = { seed: 1, masters: 1, workers, cloud: false, workload: "none", traffic: 0 } as const;
  const server = await serve({ config, speed, port: 0 }, (error) => {
    throw error;
  });
  return { server, agent: new Agent({ keepAlive: true }) };
}

interface Sent {
  readonly method?: string;
  readonly accept?: string;
  readonly body?: string;
}

/** @returns how long the answer is, once it is there */
function send({ server, agent }: Client, path: string, { method = "GET", accept, body }: Sent = {}) {
  return new Promise<number>((resolve, reject) => {
    const headers = { authorization: `Bearer ${server.token}`, ...(accept === undefined ? {} : { accept }) };
    const r = httpRequest(server.url + path, { method, agent, headers }, (response) => {
      let size = 0;
      response.on("data", (chunk: Buffer) => (size += chunk.length));
      response.on("error", reject);
      response.on("end", () => {
        if ((response.statusCode ?? 0) < 300) resolve(size);
        else reject(new Error(`${method} ${path}: ${response.statusCode}`));
      });
    });
    r.on("error", reject).end(body);
  });
}

const map = (name: string): string =>
  JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { key: "value" } });

/** One create after the other, at full pace. */
export async function createsCase(): Promise<Measurement[]> {
  const client = await open(2, 1000);
  const many = async (prefix: string, count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await send(client, MAPS, { method: "POST", body: map(`${prefix}-${i}`) });
  };
  await many("warm", 200);
  const began = performance.now();
  await many("m", 1000);
  const value = 1000 / ((performance.now() - began) / 1000);
  await client.server.close();
  return [{ name: "http.creates_per_s", value, unit: "creates/s" }];
}

/** A pod that nobody schedules. */
const pod = (name: string): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: "web" } },
    spec: { schedulerName: "nobody", containers: [{ name: "web", image: "kubarium/web:1.0" }] },
  });

/** A list of many pods as kubectl asks for it. */
export async function tableCase(): Promise<Measurement[]> {
  const pods = 10_000;
  const client = await open(2, 1000);
  for (let i = 0; i < pods; i += 20) {
    const some = Array.from({ length: 20 }, (_, j) =>
      send(client, "/api/v1/namespaces/default/pods", { method: "POST", body: pod(`web-${i + j}`) }),
    );
    await Promise.all(some);
  }
  const path = "/api/v1/pods?limit=20000";
  const times: number[] = [];
  let size = 0;
  for (let i = 0; i < 3; i++) {
    const began = performance.now();
    size = await send(client, path, { accept: TABLE });
    times.push(performance.now() - began);
  }
  await client.server.close();
  return [
    { name: "http.table_10000_ms", value: Math.min(...times), unit: "ms" },
    { name: "http.table_10000_mb", value: size / 1024 / 1024, unit: "MB" },
  ];
}

/** 50 watchers and 500 requests a second for 30 seconds, one of them a write of what all of them watch. */
export async function loadCase(): Promise<Measurement[]> {
  const seconds = 30;
  const client = await open(2, 1);
  await send(client, MAPS, { method: "POST", body: map("hot") });
  let events = 0;
  const watches = Array.from({ length: 50 }, () => watch(client, () => events++));
  let failed = 0;
  let answered = 0;
  let writes = 0;
  const before = heapMb();
  const began = performance.now();
  for (let i = 0; i < seconds * 500; i++) {
    const late = (performance.now() - began) / 2 - i;
    if (late < 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const write = i % 50 === 0;
    if (write) writes++;
    const body = JSON.stringify({ data: { key: String(i) } });
    const sent = write ? patch(client, `${MAPS}/hot`, body) : send(client, `${MAPS}/hot`);
    void sent.then(
      () => answered++,
      () => failed++,
    );
  }
  while (answered + failed < seconds * 500) await new Promise((resolve) => setTimeout(resolve, 10));
  const wall = (performance.now() - began) / 1000;
  for (const stop of watches) stop();
  const after = heapMb();
  await client.server.close();
  return [
    { name: "http.load.requests_per_s", value: answered / wall, unit: "requests/s" },
    { name: "http.load.failed", value: failed, unit: "requests" },
    { name: "http.load.events_per_write_and_watcher", value: events / writes / 50, unit: "events" },
    { name: "http.load.heap_growth_mb", value: after - before, unit: "MB" },
    { name: "http.load.rss_mb", value: process.memoryUsage().rss / 1024 / 1024, unit: "MB" },
  ];
}

function patch({ server, agent }: Client, path: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${server.token}`,
      "content-type": "application/merge-patch+json",
    };
    httpRequest(server.url + path, { method: "PATCH", agent, headers }, (response) => {
      response.resume().on("end", resolve).on("error", reject);
    })
      .on("error", reject)
      .end(body);
  });
}

/** @returns how to stop it */
function watch({ server }: Client, onEvent: () => void): () => void {
  const headers = { authorization: `Bearer ${server.token}` };
  const r = httpRequest(`${server.url}${MAPS}?watch=true&fieldSelector=metadata.name%3Dhot`, { headers });
  r.on("response", (response) => {
    response.on("data", (chunk: Buffer) => {
      for (const byte of chunk) if (byte === 10) onEvent();
    });
    response.on("error", () => undefined);
  });
  r.on("error", () => undefined).end();
  return () => r.destroy();
}
