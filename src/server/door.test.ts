import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HttpRequestSpec } from "../sim/cluster/commands";
import type { StreamSink } from "../sim/cluster/workstation";
import { MAX_BODY_BYTES } from "./body";
import { Door } from "./door";

const TOKEN = "secret-token";

interface Call {
  readonly request: HttpRequestSpec;
  readonly sink: StreamSink;
  cancelled: boolean;
}

let door: Door;
let port: number;
let calls: Call[];
/** What the backend does with a call; by default it answers with what it got. */
let answer: (call: Call) => void;

beforeEach(async () => {
  calls = [];
  answer = ({ request, sink }) =>
    sink.onResponse({ status: 200, headers: {}, body: request, error: "" }, false);
  door = new Door(
    {
      now: () => NOW_US,
      stream(request, sink) {
        const call: Call = { request, sink, cancelled: false };
        calls.push(call);
        queueMicrotask(() => answer(call));
        return { cancel: () => (call.cancelled = true) };
      },
    },
    TOKEN,
  );
  port = await door.open(0);
});
afterEach(() => door.close());

/** The cluster's time: the first hour of its life. */
const NOW_US = 3_600_000_000;

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

function open({ method = "GET", path = "/api", headers = {}, body }: Sent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const all = { authorization: `Bearer ${TOKEN}`, ...headers };
    const r = httpRequest({ host: "127.0.0.1", port, method, path, headers: all, agent: false }, resolve);
    r.on("error", reject);
    r.end(body);
  });
}

async function send(sent: Sent) {
  const response = await open(sent);
  let text = "";
  for await (const chunk of response) text += String(chunk);
  const { statusCode: status, headers } = response;
  return { status, headers, text, json: () => JSON.parse(text) as any };
}

const until = async (condition: () => boolean): Promise<void> => {
  for (let i = 0; i < 500 && !condition(); i++) await new Promise((r) => setTimeout(r, 5));
  expect(condition()).toBe(true);
};

/** Sends text as it is; gives what came until the server or the test hung up. */
function raw(text: string, enough: (got: string) => boolean): Promise<string> {
  return new Promise((resolve) => {
    let got = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      got += String(chunk);
      if (enough(got)) socket.destroy();
    });
    socket.on("close", () => resolve(got));
  });
}

const bare = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`;

describe("door: requests that do not wait for their answer", () => {
  it("are answered one after another", async () => {
    answer = () => {};
    const got = raw(bare("/api?a") + bare("/api?b") + bare("/api?c"), (text) => text.includes("?c"));
    for (let n = 1; n <= 3; n++) {
      await until(() => calls.length === n);
      const { request, sink } = calls[n - 1]!;
      sink.onResponse({ status: 200, headers: {}, body: request.path, error: "" }, false);
    }
    expect((await got).match(/\/api\?[abc]/g)).toEqual(["/api?a", "/api?b", "/api?c"]);
  });

  it("wait while a watch goes on, and too many of them end the connection", async () => {
    answer = ({ sink }) => sink.onResponse({ status: 200, headers: {}, body: undefined, error: "" }, true);
    await raw(bare("/api/v1/pods?watch=1").repeat(50), () => false);
    await until(() => calls[0]?.cancelled === true);
    expect(calls.length).toBe(1);
  });
});

describe("door: another protocol", () => {
  it("is not spoken on a connection that waits for an answer", async () => {
    answer = ({ request, sink }) => {
      if (request.path.includes("exec"))
        sink.onResponse({ status: 101, headers: {}, body: undefined, error: "" }, true);
    };
    const upgrade = bare("/api/v1/namespaces/default/pods/web/exec?command=cat").replace(
      /\r\n$/,
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n",
    );
    expect(await raw(upgrade, (got) => got !== "")).toContain(" 101 ");
    expect(await raw(bare("/api") + upgrade, (got) => got !== "")).toBe("");
    await until(() => calls[1]?.cancelled === true);
    expect(calls).toHaveLength(2);
  });
});

describe("door: who may come in", () => {
  it("lets in who holds the token, under either name of the machine", async () => {
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LocalHost:${port}`]) {
      expect((await send({ headers: { host } })).status).toBe(200);
    }
  });

  it.each([
    [`/token/${TOKEN}/api/v1/pods?limit=5`, "/api/v1/pods?limit=5"],
    [`/token/${TOKEN}/`, "/"],
    [`/token/${TOKEN}`, "/"],
    [`/token/${TOKEN}?x=1`, "/?x=1"],
  ])("takes the token before the path too: %s", async (path, passed) => {
    expect((await send({ path, headers: { authorization: "" } })).status).toBe(200);
    expect(calls[0]?.request.path).toBe(passed);
  });

  it.each(["/token/wrong/api", `/token/${TOKEN}x/api`, `/api/token/${TOKEN}`, `//token/${TOKEN}/api`])(
    "is not fooled by %s",
    async (path) => {
      expect((await send({ path, headers: { authorization: "" } })).status).toBe(401);
    },
  );

  it.each<[string, Record<string, string>, number]>([
    ["no token", { authorization: "" }, 401],
    ["a wrong token", { authorization: "Bearer secret-tokem" }, 401],
    ["a token of another length", { authorization: "Bearer s" }, 401],
    ["another scheme", { authorization: `Basic ${TOKEN}` }, 401],
    ["a foreign name", { host: "evil.example:80" }, 403],
    ["no port in the name", { host: "127.0.0.1" }, 403],
    ["an origin", { origin: "http://localhost:5173" }, 403],
    ["the origin null", { origin: "null" }, 403],
    ["a browser's mark of another site", { "sec-fetch-site": "cross-site" }, 403],
  ])("refuses %s", async (_what, headers, status) => {
    const answered = await send({ headers });
    expect(answered.status).toBe(status);
    expect(answered.json()).toMatchObject({
      kind: "Status",
      apiVersion: "v1",
      status: "Failure",
      code: status,
    });
    expect(answered.headers["access-control-allow-origin"]).toBeUndefined();
    expect(calls).toEqual([]);
  });

  it.each(["OPTIONS", "TRACE"])("does not know the method %s", async (method) => {
    expect((await send({ method })).status).toBe(405);
    expect(calls).toEqual([]);
  });
});

describe("door: requests", () => {
  it("pass on with path, query and headers, and without what is the connection's or secret", async () => {
    const path = "/api/v1/pods?labelSelector=app%3Dweb&limit=5";
    const told = { accept: "application/json", "user-agent": "kubectl/v1.35", "impersonate-user": "jane" };
    await send({ path, headers: { ...told, cookie: "c" } });
    expect(calls[0]?.request).toEqual({
      method: "GET",
      path,
      headers: told,
    });
  });

  const CREATE = { method: "POST", path: "/api/v1/namespaces" } as const;

  it.each([
    ["application/json", '{"a":[1,null,"x"]}', { a: [1, null, "x"] }],
    ["application/json; charset=utf-8", '{"a":1}', { a: 1 }],
    ["application/merge-patch+json", '{"a":null}', { a: null }],
    ["application/json-patch+json", '[{"op":"remove"}]', [{ op: "remove" }]],
    ["application/yaml", "a: 1\nb:\n- x\n- 2001-01-01\n", { a: 1, b: ["x", "2001-01-01"] }],
    ["application/yaml", '{"a": 1}', { a: 1 }],
    ["application/apply-patch+yaml", "a: 'yes'\n", { a: "yes" }],
  ])("are read as %s", async (type, body, value) => {
    const { status } = await send({ ...CREATE, headers: { "content-type": type }, body });
    expect(status).toBe(200);
    expect(calls[0]?.request.body).toEqual(value);
  });

  it("are JSON without a type, and may be empty", async () => {
    await send({ ...CREATE, body: '{"a":1}' });
    await send({ method: "DELETE", headers: { "content-type": "application/json" } });
    expect(calls.map((c) => c.request.body)).toEqual([{ a: 1 }, undefined]);
  });

  it.each([
    ["application/json", '{"a":', 400, "json parse error: unexpected end of JSON input"],
    ["application/json", '{"a":1e999}', 400, "cannot unmarshal number 1e999"],
    ["application/json", "[".repeat(5000) + "]".repeat(5000), 400, "exceeded max depth"],
    ["application/yaml", "a: [", 400, "error converting YAML to JSON"],
    ["application/yaml", "a: *b", 400, "error converting YAML to JSON"],
    ["application/yaml", "a: .inf", 400, "error converting YAML to JSON"],
    ["application/yaml", "a: 9007199254740993", 400, "cannot be held exactly"],
    ["application/yaml", "[".repeat(20_000), 400, "error converting YAML to JSON"],
    ["application/yaml", "a: 1\n---\nb: 2", 400, "error converting YAML to JSON"],
    ["application/vnd.kubernetes.protobuf", "k8s\0", 400, 'no kind ""'],
    ["text/plain", "x", 415, "unknown format"],
  ])("of type %s are refused: %s", async (type, body, status, message) => {
    const answered = await send({ ...CREATE, headers: { "content-type": type }, body });
    expect(answered.status).toBe(status);
    expect(answered.json().message).toContain(message);
    expect(calls).toEqual([]);
  });

  it.each<[string, string, unknown, string[]]>([
    ["application/json", '{"a":1,"a":2}', { a: 2 }, ["a"]],
    [
      "application/yaml",
      "spec:\n  a: 1\n  a: 2\nb: [{c: 1, c: 2}]",
      { spec: { a: 2 }, b: [{ c: 2 }] },
      ["spec.a", "b[0].c"],
    ],
  ])("of type %s tell what they had twice: %s", async (type, body, value, duplicateFields) => {
    await send({ ...CREATE, headers: { "content-type": type }, body });
    expect(calls[0]?.request).toMatchObject({ body: value, duplicateFields });
  });

  it("survive a bomb of aliases", async () => {
    const lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"];
    for (let i = 1; i < 12; i++) lines.push(`a${i}: &a${i} [${`*a${i - 1},`.repeat(9)}]`);
    const headers = { "content-type": "application/yaml" };
    expect((await send({ ...CREATE, headers, body: lines.join("\n") })).status).toBe(400);
  });

  it("are refused when too large, announced or not", async () => {
    const body = Buffer.alloc(MAX_BODY_BYTES + 1, 0x20);
    const announced = await send({ ...CREATE, body }).catch((e: NodeJS.ErrnoException) => e.code);
    const chunked = await send({ ...CREATE, headers: { "transfer-encoding": "chunked" }, body }).catch(
      (e: NodeJS.ErrnoException) => e.code,
    );
    // A client that writes on while it is refused may see its connection end before the answer.
    for (const outcome of [announced, chunked]) {
      if (typeof outcome === "object") expect(outcome.status).toBe(413);
      else expect(["EPIPE", "ECONNRESET"]).toContain(outcome);
    }
    const fits = Buffer.alloc(MAX_BODY_BYTES, 0x20);
    fits.write("{}");
    expect((await send({ ...CREATE, body: fits })).status).toBe(200);
  });

  it("with too many headers, or none that is HTTP, end without harm", async () => {
    const answered = await send({ headers: { "x-long": "x".repeat(40_000) } });
    expect(answered.status).toBe(431);
    const socket = connect(port, "127.0.0.1");
    socket.write("\0\0 nonsense\r\n\r\n");
    await new Promise((resolve) => socket.once("close", resolve).resume());
    expect((await send({})).status).toBe(200);
  });
});

describe("door: answers", () => {
  it("pass back with status, headers and body", async () => {
    answer = ({ sink }) =>
      sink.onResponse(
        { status: 404, headers: { warning: '299 - "old"' }, body: { kind: "Status" }, error: "" },
        false,
      );
    const answered = await send({});
    expect(answered.status).toBe(404);
    expect(answered.headers).toMatchObject({ "content-type": "application/json", warning: '299 - "old"' });
    expect(answered.json()).toEqual({ kind: "Status" });
  });

  it.each([
    ["of any script, as UTF-8", 'unknown field "spec.fö→o😀"', 'unknown field "spec.fö→o😀"'],
    ["with half a character", "a\uD800b", "a\uFFFDb"],
  ])("may have headers %s", async (_what, value, told) => {
    answer = ({ sink }) =>
      sink.onResponse({ status: 200, headers: { warning: value }, body: {}, error: "" }, false);
    const { headers } = await send({});
    expect(Buffer.from(headers["warning"] as string, "latin1").toString("utf8")).toBe(told);
  });

  it("may be text", async () => {
    answer = ({ sink }) => sink.onResponse({ status: 200, headers: {}, body: "ok", error: "" }, false);
    const answered = await send({});
    expect(answered.text).toBe("ok");
    expect(answered.headers["content-type"]).toContain("text/plain");
  });

  it.each([204, 304])("may have no body: %s", async (status) => {
    answer = ({ sink }) => sink.onResponse({ status, headers: {}, body: undefined, error: "" }, false);
    const answered = await send({});
    expect(answered.status).toBe(status);
    expect(answered.text).toBe("");
    expect(answered.headers["content-type"]).toBeUndefined();
  });

  it("say why when the cluster gave none", async () => {
    answer = ({ sink }) =>
      sink.onResponse({ status: 0, headers: {}, body: undefined, error: "was refused" }, false);
    const answered = await send({ path: "/api/v1/pods" });
    expect(answered.status).toBe(503);
    expect(answered.json()).toMatchObject({ reason: "ServiceUnavailable", message: "was refused" });
  });
});

describe("door: discovery", () => {
  it.each(["/api", "/apis", "/apis?timeout=32s"])(
    "of %s tells in plain words why there is none",
    async (path) => {
      // client-go takes the raw body there, and prints the text of a gateway but not of a Status.
      answer = ({ sink }) =>
        sink.onResponse({ status: 0, headers: {}, body: undefined, error: "was refused" }, false);
      const answered = await send({ path });
      expect([answered.status, answered.text]).toEqual([502, "was refused"]);
    },
  );
});

describe("door: times", () => {
  it("are told by the client's clock, and come back as the cluster has them", async () => {
    const created = "2026-01-01T00:59:50Z";
    answer = ({ sink }) =>
      sink.onResponse({ status: 200, headers: {}, body: { metadata: { created } }, error: "" }, false);
    const { metadata } = (await send({})).json() as { metadata: { created: string } };
    const age = (Date.now() - Date.parse(metadata.created)) / 1000;
    expect(age).toBeGreaterThanOrEqual(10);
    expect(age).toBeLessThan(15);
    await send({ method: "PUT", path: "/x", body: JSON.stringify({ metadata }) });
    expect(calls[1]?.request.body).toEqual({ metadata: { created } });
  });
});

describe("door: HEAD", () => {
  it("says what GET would, without the body", async () => {
    const got = await send({ path: "/api/v1/pods/x" });
    const head = await send({ method: "HEAD", path: "/api/v1/pods/x" });
    expect(calls.map(({ request }) => request.method)).toEqual(["GET", "GET"]);
    expect(head).toMatchObject({ status: 200, text: "" });
    expect(head.headers["content-length"]).toBe(got.headers["content-length"]);
    expect((await send({ method: "HEAD", headers: { authorization: "" } })).status).toBe(401);
  });

  it("does not listen to what goes on and on", async () => {
    answer = ({ sink }) => sink.onResponse({ status: 200, headers: {}, body: undefined, error: "" }, true);
    expect(await send({ method: "HEAD", path: "/api/v1/pods?watch=true" })).toMatchObject({
      status: 200,
      text: "",
    });
    await until(() => calls[0]?.cancelled === true);
    expect(calls).toHaveLength(1);
  });
});

describe("door: watches", () => {
  const begin = ({ sink }: Call): void =>
    sink.onResponse({ status: 200, headers: {}, body: undefined, error: "" }, true);

  it("send their headers at once, then a line an event, then end", async () => {
    answer = begin;
    const response = await open({ path: "/api/v1/pods?watch=true" });
    expect(response.statusCode).toBe(200);
    const { sink } = calls[0] as Call;
    sink.onItem({ type: "ADDED", object: { a: 1 } });
    sink.onItem({ type: "DELETED", object: { a: 1 } });
    sink.onEnd("");
    let text = "";
    for await (const chunk of response) text += String(chunk);
    expect(
      text
        .trimEnd()
        .split("\n")
        .map((l) => JSON.parse(l).type),
    ).toEqual(["ADDED", "DELETED"]);
  });

  it("that broke do not look like ones that ended", async () => {
    answer = begin;
    const response = await open({});
    (calls[0] as Call).sink.onEnd("connection reset by peer");
    await expect(async () => {
      for await (const _ of response);
    }).rejects.toThrow("aborted");
  });

  it("hang up when the client does, not when its request has been read", async () => {
    answer = begin;
    const response = await open({ method: "POST", body: "{}" });
    await new Promise((r) => setTimeout(r, 50));
    expect(calls[0]?.cancelled).toBe(false);
    response.destroy();
    await until(() => calls[0]?.cancelled === true);
  });

  it("drop a client that does not read", async () => {
    answer = begin;
    const response = await open({});
    response.pause();
    const item = { type: "ADDED", object: "x".repeat(1_000_000) };
    for (let i = 0; i < 60 && !calls[0]?.cancelled; i++) {
      calls[0]?.sink.onItem(item);
      await new Promise((r) => setTimeout(r, 1));
    }
    await until(() => calls[0]?.cancelled === true);
    expect(response.complete).toBe(false);
    response.destroy();
  });

  it("end when the server closes", async () => {
    answer = begin;
    const response = await open({});
    const ended = new Promise((resolve) => response.once("close", resolve));
    response.on("error", () => {}).resume();
    await door.close();
    await ended;
    expect(calls[0]?.cancelled).toBe(true);
    port = await door.open(0);
  });
});
