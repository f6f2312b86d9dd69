/** Hostile requests at the front door of a real cluster: always a proper answer, never a change. */
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Cluster } from "../sim/cluster/cluster";
import type { StreamCall } from "../sim/cluster/workstation";
import type { Backend } from "./backend";
import { Door } from "./door";

const TOKEN = "fuzz-token";
const MAPS = "/api/v1/namespaces/default/configmaps";
const VICTIM = `${MAPS}/victim`;

let door: Door;
let port: number;
let before: unknown;

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array | string;
}

interface Got {
  readonly status: number;
  readonly type: string;
  /** Undefined for a stream that goes on. */
  readonly text: string | undefined;
}

async function send({ method, path, headers, body }: Sent): Promise<Got> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    // Node announces no length for a DELETE by itself.
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const all = { authorization: `Bearer ${TOKEN}`, ...headers, ...length };
    const r = httpRequest({ host: "127.0.0.1", port, method, path, headers: all, agent: false }, resolve);
    r.on("error", reject).end(body);
  });
  const status = response.statusCode ?? 0;
  const type = response.headers["content-type"] ?? "";
  if (response.headers["content-length"] === undefined) {
    response.on("error", () => undefined).destroy();
    return { status, type, text: undefined };
  }
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status, type, text };
}

/** What no hostile request may change. */
async function objects(): Promise<unknown> {
  const lists: unknown[] = [];
  for (const resource of ["namespaces", "configmaps", "secrets", "serviceaccounts", "services"]) {
    const { text = "" } = await send({ method: "GET", path: `/api/v1/${resource}` });
    lists.push(door.clock.toCluster((JSON.parse(text) as { items: unknown }).items));
  }
  return lists;
}

/** Time passes just as far as each answer needs. */
function inStep(cluster: Cluster): Backend {
  const { kernel } = cluster;
  return {
    now: () => kernel.now,
    stream(request, sink) {
      let answered = false;
      let call: StreamCall | undefined;
      kernel.external(() => {
        call = cluster.stream(request, {
          ...sink,
          onResponse(answer, more) {
            answered = true;
            sink.onResponse(answer, more);
          },
        });
      });
      queueMicrotask(() => {
        while (!answered) kernel.step();
      });
      return { cancel: () => kernel.external(() => call?.cancel()) };
    },
  };
}

beforeAll(async () => {
  const cluster = new Cluster({
    seed: 3,
    masters: 1,
    workers: 1,
    cloud: false,
    workload: "none",
    traffic: 0,
  });
  cluster.boot();
  door = new Door(inStep(cluster), TOKEN);
  port = await door.open(0);
  const body = JSON.stringify({
    kind: "ConfigMap",
    apiVersion: "v1",
    metadata: { name: "victim" },
    data: { a: "1" },
  });
  expect((await send({ method: "POST", path: MAPS, body })).status).toBe(201);
  before = await objects();
}, 60_000);
afterAll(() => door.close());

/** A refusal is a Status that says the same as the HTTP status. */
function expectProper({ status, type, text }: Got): void {
  if (status < 400) {
    expect([200, 201]).toContain(status);
    return;
  }
  // Where nothing is served, plain words are what a real server says.
  if ([404, 405].includes(status) && type.startsWith("text/plain") && text !== "") return;
  expect(type).toBe("application/json");
  const body = JSON.parse(text ?? "") as unknown;
  expect(body).toMatchObject({ kind: "Status", apiVersion: "v1", status: "Failure", code: status });
  expect((body as { message: string }).message).not.toMatch(/undefined|\[object|is not a function|reading '/);
}

const word = fc.string({
  unit: fc.constantFrom(..."abz019-._~%=&?*+,;:@!$'()[]{}|^\\/#\"<>`".split("")),
  maxLength: 12,
});
const target = fc.oneof(
  word.map((w) => `/${w}`),
  fc
    .tuple(fc.constantFrom("/api/v1/", "/apis/apps/v1/", `${MAPS}/`, "/apis/", "/openapi/v3/"), word)
    .map((t) => t.join("")),
  fc
    .tuple(
      fc.constantFrom(VICTIM, MAPS, "/api/v1/pods", "/api/v1/nodes", "/apis/apps/v1/deployments"),
      fc.constantFrom(
        "labelSelector",
        "fieldSelector",
        "limit",
        "continue",
        "resourceVersion",
        "watch",
        "timeoutSeconds",
      ),
      fc.oneof(
        word,
        fc.constantFrom("-1", "1e99", "a in (", "a=b,!", "!!", "a notin ()", "x=y=z", "9".repeat(30)),
      ),
    )
    .map(([path, name, value]) => `${path}?${name}=${encodeURIComponent(value)}`),
);
const mediaTypes = fc.constantFrom(
  "application/json",
  "application/yaml",
  "application/vnd.kubernetes.protobuf",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/json-patch+json",
  "application/apply-patch+yaml",
  "application/json;as=Table",
  "text/plain",
  ";",
);
const patches = fc.constantFrom(
  '[{"op":"remove","path":"/metadata"}]',
  '[{"op":"replace","path":"/metadata/name","value":"x"}]',
  '[{"op":"add","path":"/data/-/x","value":[]}]',
  '[{"op":"test","path":"","value":null}]',
  '[{"op":"copy","from":"/data","path":"/data/a"}]',
  '{"data":{"a":[1]}}',
  '{"data":[]}',
  '{"metadata":null}',
  '{"metadata":{"uid":"other"}}',
  '{"metadata":{"resourceVersion":"1"},"data":{"a":"2"}}',
  '{"kind":"Secret","data":{"a":"2"}}',
  '{"$patch":"what","data":{"a":"2"}}',
  '{"metadata":{"labels":{"-":"x"}}}',
  '{"__proto__":{"a":1},"constructor":1,"metadata":{"annotations":{"":""}}}',
);
const bytes = fc.uint8Array({ maxLength: 200 });
const body = fc.oneof(
  bytes,
  bytes.map((b) => Buffer.concat([Buffer.from("k8s\0"), b])),
  fc.json({ maxDepth: 4 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom("[".repeat(300), '{"a":'.repeat(300), "a: &a [*a]", "- - - - -", "null", "0", '""'),
);
const header = fc.string({ unit: fc.constantFrom(..."abz019 ,;=/*+q.".split("")), maxLength: 40 });

describe("the front door, fuzzed", () => {
  it("answers whatever is asked for", async () => {
    await fc.assert(
      fc.asyncProperty(target, header, async (path, accept) => {
        expectProper(await send({ method: "GET", path, headers: { accept, "user-agent": accept } }));
      }),
      { numRuns: 250 },
    );
    expect(await objects()).toEqual(before);
  });

  it("answers whatever is sent to it, and nothing is created or changed", async () => {
    const methods = fc.constantFrom("POST", "PUT", "PATCH");
    await fc.assert(
      fc.asyncProperty(methods, target, mediaTypes, body, async (method, path, type, sent) => {
        const got = await send({ method, path, headers: { "content-type": type }, body: sent });
        expectProper(got);
        // A patch that says nothing is none the worse for it.
        if (method !== "PATCH") expect(got.status).toBeGreaterThanOrEqual(400);
      }),
      { numRuns: 300 },
    );
    expect(await objects()).toEqual(before);
  });

  it("answers patches and objects that are wrong in their meaning", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("PUT", "PATCH"), mediaTypes, patches, async (method, type, sent) => {
        // A dry run of one that is right by chance does no harm either.
        const path = `${VICTIM}?dryRun=All&fieldManager=fuzz`;
        expectProper(await send({ method, path, headers: { "content-type": type }, body: sent }));
      }),
      { numRuns: 150 },
    );
    expect(await objects()).toEqual(before);
  });

  it.each([
    ["application/json", "0"],
    ["application/json", "[]"],
    ["application/json", '"x"'],
    ["application/json", "{"],
    ["application/json", '{"propagationPolicy":"What"}'],
    ["application/json", '{"preconditions":{"uid":"other"}}'],
    ["application/json", '{"preconditions":[]}'],
    ["application/json", '{"gracePeriodSeconds":"x"}'],
    ["application/json", '{"kind":"Pod","apiVersion":"v1"}'],
    ["application/yaml", "- a"],
    ["application/vnd.kubernetes.protobuf", "k8s\0\x0a\x01"],
    ["text/plain", "{}"],
  ])("deletes nothing for options in %s that make no sense: %j", async (type, options) => {
    for (const path of [VICTIM, MAPS]) {
      const headers = { "content-type": type };
      const got = await send({ method: "DELETE", path, headers, body: options });
      expectProper(got);
      expect(got.status).toBeGreaterThanOrEqual(400);
    }
    expect(await objects()).toEqual(before);
  });

  it("survives bytes that are no HTTP", async () => {
    const head = `GET /api HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${TOKEN}\r\n`;
    const starts = fc.constantFrom(
      "",
      head,
      `${head}Content-Length: 5\r\n\r\n`,
      `${head}Transfer-Encoding: chunked\r\n\r\n`,
    );
    await fc.assert(
      fc.asyncProperty(starts, fc.uint8Array({ minLength: 1, maxLength: 100 }), async (start, junk) => {
        const socket = connect(port, "127.0.0.1");
        const closed = new Promise((resolve) => socket.once("close", resolve));
        socket.on("error", () => undefined).resume();
        socket.end(Buffer.concat([Buffer.from(start), junk]));
        await closed;
      }),
      { numRuns: 100 },
    );
    expect((await send({ method: "GET", path: "/version" })).status).toBe(200);
    expect(await objects()).toEqual(before);
  });
});
