import { request as httpRequest, type IncomingMessage } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { StreamInput } from "../sim/api/http";
import type { HttpRequestSpec } from "../sim/cluster/commands";
import type { StreamSink } from "../sim/cluster/workstation";
import { Door } from "./door";

const TOKEN = "secret-token";
const EXEC = "/api/v1/namespaces/default/pods/web-1/exec?command=cat&stdin=true&stdout=true";
const POD = { kind: "Pod", metadata: { name: "web-1" } };

interface Talk {
  readonly request: HttpRequestSpec;
  readonly sink: StreamSink;
  readonly said: StreamInput[];
  cancelled: boolean;
}

let door: Door;
let port: number;
let talks: Talk[];
/** What the backend does when it is asked. */
let onAsk: (talk: Talk) => void;
let waiting: (() => void)[];

/** Resolves when something happened at the backend and `condition` holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => waiting.push(resolve));
}
const happened = (): void => waiting.splice(0).forEach((wake) => wake());

beforeEach(async () => {
  talks = [];
  waiting = [];
  onAsk = ({ sink }) => sink.onResponse({ status: 101, headers: {}, body: undefined, error: "" }, true);
  door = new Door(
    {
      now: () => 0,
      stream(request, sink) {
        const talk: Talk = { request, sink, said: [], cancelled: false };
        talks.push(talk);
        queueMicrotask(() => {
          onAsk(talk);
          happened();
        });
        return {
          cancel() {
            talk.cancelled = true;
            happened();
          },
          send(input) {
            talk.said.push(input);
            happened();
          },
        };
      },
    },
    TOKEN,
  );
  port = await door.open(0);
});
afterEach(() => door.close());

function dial(protocols: string | string[] = "v5.channel.k8s.io", headers: Record<string, string> = {}) {
  const all = { authorization: `Bearer ${TOKEN}`, ...headers };
  const socket = new WebSocket(`ws://127.0.0.1:${port}${EXEC}`, protocols, { headers: all });
  const messages: [number, string][] = [];
  socket.on("message", (data: Buffer) => messages.push([data[0] ?? -1, data.toString("utf8", 1)]));
  const opened = new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  return { socket, messages, opened, closed };
}

/** Asks for an upgrade and gives what a server says that does not want to. */
async function refused(path: string, headers: Record<string, string>, method = "GET") {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const all = { authorization: `Bearer ${TOKEN}`, connection: "Upgrade", ...headers };
    httpRequest({ host: "127.0.0.1", port, path, method, headers: all, agent: false }, resolve)
      .on("error", reject)
      .on("upgrade", () => reject(new Error("was upgraded")))
      .end();
  });
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, body: JSON.parse(text) as any };
}

describe("conversations", () => {
  it("carry channels both ways and end with the stream", async () => {
    const { socket, messages, opened, closed } = dial();
    await opened;
    const talk = talks[0] as Talk;
    expect(talk.request).toMatchObject({ method: "GET", path: EXEC, headers: { upgrade: "websocket" } });
    // A letter of two bytes may be torn apart by a client.
    socket.send(Buffer.of(0, 0x68, 0xc3));
    socket.send(Buffer.of(0, 0xa9));
    socket.send(Buffer.from('\x04{"Width":80,"Height":24}'));
    socket.send(Buffer.of(255, 0));
    socket.send(Buffer.of(9, 1, 2));
    await until(() => talk.said.length >= 4);
    expect(talk.said).toEqual([
      { channel: 0, data: "h" },
      { channel: 0, data: "é" },
      { channel: 4, data: '{"Width":80,"Height":24}' },
      { channel: 255, data: "0" },
    ]);
    talk.sink.onItem({ channel: 1, data: "out é\n" });
    talk.sink.onItem({ channel: 2, data: "err\n" });
    talk.sink.onItem({ channel: 3, data: '{"status":"Success"}' });
    talk.sink.onEnd("");
    expect(await closed).toBe(1000);
    expect(messages).toEqual([
      [1, "out é\n"],
      [2, "err\n"],
      [3, '{"status":"Success"}'],
    ]);
  });

  it("lose nothing that is said at once", async () => {
    onAsk = ({ sink }) => {
      sink.onResponse({ status: 101, headers: {}, body: undefined, error: "" }, true);
      sink.onItem({ channel: 1, data: "early" });
      sink.onEnd("");
    };
    const { messages, closed } = dial(["v4.channel.k8s.io", "v5.channel.k8s.io"]);
    expect(await closed).toBe(1000);
    expect(messages).toEqual([[1, "early"]]);
  });

  it("tell a client when they broke", async () => {
    const { opened, closed } = dial();
    await opened;
    talks[0]?.sink.onEnd("connection reset by peer");
    expect(await closed).toBe(1011);
  });

  it("tell it in no more words than a frame can hold", async () => {
    const { opened, closed } = dial();
    await opened;
    talks[0]?.sink.onEnd("→".repeat(100));
    expect(await closed).toBe(1011);
  });

  it("hang up when the client does", async () => {
    const { socket, opened } = dial();
    await opened;
    expect(talks[0]?.cancelled).toBe(false);
    socket.terminate();
    await until(() => talks[0]?.cancelled === true);
  });

  it("end when the server closes", async () => {
    const { opened, closed } = dial();
    await opened;
    await door.close();
    expect(await closed).toBe(1006);
    port = await door.open(0);
  });

  it("drop a client that sends too much at once", async () => {
    const { socket, opened, closed } = dial();
    await opened;
    socket.send(Buffer.alloc(2 * 1024 * 1024));
    expect(await closed).toBe(1009);
    await until(() => talks[0]?.cancelled === true);
  });
});

describe("conversations are refused", () => {
  const WEBSOCKET = {
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-protocol": "v5.channel.k8s.io",
  };

  it.each<[string, Record<string, string>, number]>([
    ["without the token", { authorization: "" }, 401],
    ["to web pages", { origin: "http://evil.example" }, 403],
    ["under a foreign name", { host: "evil.example" }, 403],
  ])("%s", async (_what, headers, status) => {
    const answer = await refused(EXEC, { ...WEBSOCKET, ...headers });
    expect([answer.status, answer.body.kind]).toEqual([status, "Status"]);
    expect(talks).toEqual([]);
  });

  it("with the API server's own words", async () => {
    const body = { kind: "Status", status: "Failure", message: 'pods "web-1" not found', code: 404 };
    onAsk = ({ sink }) => sink.onResponse({ status: 404, headers: {}, body, error: "" }, false);
    expect(await refused(EXEC, WEBSOCKET)).toEqual({ status: 404, body });
    // Then kubectl tries SPDY, and prints what it is told there.
    expect(await refused(EXEC, { upgrade: "SPDY/3.1" }, "POST")).toEqual({ status: 404, body });
    expect(talks).toHaveLength(1);
  });

  it("when nobody answers", async () => {
    onAsk = ({ sink }) =>
      sink.onResponse({ status: 0, headers: {}, body: undefined, error: "was refused" }, false);
    const answer = await refused(EXEC, WEBSOCKET);
    expect([answer.status, answer.body.message]).toEqual([503, "was refused"]);
  });

  it.each<[string, string, Record<string, string>, number, string]>([
    ["SPDY", EXEC, { upgrade: "SPDY/3.1" }, 403, "exec is served over WebSocket only"],
    ["other protocols", EXEC, { ...WEBSOCKET, "sec-websocket-protocol": "x" }, 400, "client supports [x]"],
    ["ports", EXEC.replace("exec", "portforward"), WEBSOCKET, 403, "forwarding of ports is not simulated"],
  ])("for %s, and only the pod is looked at", async (_what, path, headers, status, message) => {
    onAsk = ({ sink }) => sink.onResponse({ status: 200, headers: {}, body: POD, error: "" }, false);
    const as = { "impersonate-user": "bob" };
    const answer = await refused(path, { ...headers, ...as }, headers === WEBSOCKET ? "GET" : "POST");
    expect(answer.status).toBe(status);
    expect(answer.body.message).toContain(message);
    expect(talks.map((t) => t.request)).toEqual([
      { method: "GET", path: EXEC.slice(0, EXEC.indexOf("/exec")), headers: as },
    ]);
  });

  it("for anything else, and nothing is done", async () => {
    const answer = await refused("/api/v1/namespaces/default", { upgrade: "h2c" }, "DELETE");
    expect(answer.status).toBe(400);
    expect(talks).toEqual([]);
  });
});
