import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { encodeFromTab, type BridgeOffer, type FromTab, type ToTab } from "../../worker/protocol/bridge";
import { serveBridge, type RunningBridge } from "./serve";

let dir: string;
let bridge: RunningBridge;
/** The address that clients find in their kubeconfig: it has the token in it. */
let api: string;
const tabs: FakeTab[] = [];

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), "kubarium-test-"));
  writeFileSync(path.join(dir, "index.html"), "<html><head></head><body>page</body></html>");
  bridge = await serveBridge(dir, 0);
  api = /server: (\S+)/.exec(readFileSync(bridge.kubeconfig, "utf8"))?.[1] ?? "";
});
afterEach(async () => {
  for (const tab of tabs.splice(0)) await tab.close();
});
afterAll(async () => {
  await bridge.close();
  expect(existsSync(bridge.kubeconfig)).toBe(false);
  rmSync(dir, { recursive: true });
});

/** Node's own fetch may not say where it comes from; browsers do. */
async function send(url: string, headers: Record<string, string> = {}, method = "GET") {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(url, { method, headers, agent: false }, resolve).on("error", reject).end();
  });
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, headers: response.headers, text };
}

/** How the server answers to a request with an unusual first line. */
function statusLine(request: string): Promise<string> {
  const port = Number(new URL(bridge.url).port);
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(`${request} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
    });
    socket.on("error", reject);
    socket.once("data", (data) => {
      resolve(String(data).slice(0, "HTTP/1.1 200".length));
      socket.destroy();
    });
  });
}

const offer = async (): Promise<BridgeOffer> =>
  JSON.parse((await send(`${bridge.url}/bridge`, { "sec-fetch-site": "same-origin" })).text) as BridgeOffer;

/** Stands for the page: tells what it is sent, one message after the other. */
class FakeTab {
  readonly socket: WebSocket;
  readonly #messages: ToTab[] = [];
  readonly #waiting: ((message: ToTab) => void)[] = [];

  constructor(token: string, headers: Record<string, string> = { origin: bridge.url }) {
    const url = `${bridge.url.replace("http", "ws")}/bridge/tab?token=${token}`;
    this.socket = new WebSocket(url, { headers });
    this.socket.on("message", (data: Buffer) => {
      const message = JSON.parse(data.toString()) as ToTab;
      const next = this.#waiting.shift();
      if (next) next(message);
      else this.#messages.push(message);
    });
    tabs.push(this);
  }

  static async open(): Promise<FakeTab> {
    const tab = new FakeTab((await offer()).token);
    expect(await tab.next()).toEqual({ t: "active", active: true });
    return tab;
  }

  next(): Promise<ToTab> {
    const message = this.#messages.shift();
    if (message !== undefined) return Promise.resolve(message);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The next request, and its number. */
  async request(): Promise<Extract<ToTab, { t: "open" }>> {
    const message = await this.next();
    if (message.t !== "open") throw new Error(`not a request: ${JSON.stringify(message)}`);
    return message;
  }

  send(message: FromTab, payload?: string): void {
    this.socket.send(encodeFromTab(message, payload));
  }

  answer(id: number, payload: string, more = false, form: "json" | "bytes" | "text" = "json"): void {
    this.send({ t: "answer", id, status: 200, headers: {}, error: "", more, form, time: 0 }, payload);
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => this.socket.once("close", resolve));
    this.socket.terminate();
    await closed;
  }
}

/** What becomes of an attempt to connect as a tab. */
const outcome = (tab: FakeTab): Promise<string> =>
  new Promise((resolve) => {
    tab.socket.once("open", () => resolve("open"));
    tab.socket.once("error", (e) => resolve(e.message));
  });

describe("the page's server", () => {
  it("serves the page, which learns that there is a bridge", async () => {
    const { status, text, headers } = await send(`${bridge.url}/`);
    expect(status).toBe(200);
    expect(text).toContain('<meta name="kubarium-bridge" content="1">');
    expect(headers["access-control-allow-origin"]).toBeUndefined();
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect((await send(`${bridge.url}/nothing.js`)).status).toBe(404);
    expect((await send(`${bridge.url}/..%2f..%2fetc/passwd`)).status).toBe(404);
    expect((await send(`${bridge.url}//`)).status).toBeLessThan(500);
    expect(await statusLine("GET *")).toBe("HTTP/1.1 404");
    expect(
      (await send(`${bridge.url}//evil.example/bridge`, { "sec-fetch-site": "same-origin" })).status,
    ).toBe(404);
  });

  it("writes a kubeconfig that only its user may read, and names it in the offer", async () => {
    expect(statSync(bridge.kubeconfig).mode & 0o777).toBe(0o600);
    expect((await offer()).commands.sh).toBe(`export KUBECONFIG=${bridge.kubeconfig}`);
  });

  it.each<[string, string, Record<string, string>, number]>([
    ["the page under a foreign name", "/", { host: "evil.example" }, 403],
    ["the offer to another site", "/bridge", { "sec-fetch-site": "cross-site" }, 403],
    ["the offer to another port", "/bridge", { "sec-fetch-site": "same-site" }, 403],
    ["the offer to one who does not say", "/bridge", {}, 403],
    ["the offer under a foreign name", "/bridge", { host: "evil", "sec-fetch-site": "same-origin" }, 403],
    ["the offer to another origin", "/bridge", { origin: "http://x", "sec-fetch-site": "same-origin" }, 403],
  ])("does not give %s", async (_what, target, headers, status) => {
    expect((await send(bridge.url + target, headers)).status).toBe(status);
  });

  it("keeps the API behind its token, also from its own page", async () => {
    expect((await send(`${bridge.url}/api`, { authorization: "Bearer x" })).status).toBe(401);
    expect((await send(`${bridge.url}/token/x/api`)).status).toBe(401);
    expect((await send(`${api}/api`, { origin: bridge.url })).status).toBe(403);
    expect((await send(`${api}/api`, { "sec-fetch-site": "same-origin" })).status).toBe(403);
    expect((await send(`${bridge.url}/api/v1/pods`, {}, "DELETE")).status).toBe(401);
  });

  it("takes no tab in but its own", async () => {
    const { token } = await offer();
    expect(await outcome(new FakeTab("wrong"))).toContain("403");
    expect(await outcome(new FakeTab(token, { origin: "http://evil.example" }))).toContain("403");
    expect(await outcome(new FakeTab(token, {}))).toContain("403");
    expect(await outcome(new FakeTab(token, { origin: bridge.url, host: "evil.example" }))).toContain("403");
    expect(await outcome(new FakeTab(token))).toBe("open");
  });
});

describe("the bridge", () => {
  it("says where to go when no tab is open", async () => {
    const { status, text } = await send(`${api}/api/v1/pods`);
    expect(status).toBe(503);
    expect(JSON.parse(text)).toMatchObject({
      kind: "Status",
      reason: "ServiceUnavailable",
      message: `no tab is open: open ${bridge.url}/ in a browser`,
    });
    // Clients print what a gateway says where they would not look into a Status.
    expect((await send(`${api}/apis`)).text).toContain("no tab is open");
  });

  it("passes requests on to the tab, and its answer back as it is", async () => {
    const tab = await FakeTab.open();
    const answered = send(`${api}/api/v1/pods?limit=5`, { accept: "a/b", "x-other": "c" });
    const { id, request } = await tab.request();
    expect(request).toEqual({ method: "GET", path: "/api/v1/pods?limit=5", headers: { accept: "a/b" } });
    tab.answer(id, '{"kind": "PodList"}');
    const { status, text, headers } = await answered;
    expect([status, text, headers["content-type"]]).toEqual([200, '{"kind": "PodList"}', "application/json"]);
    const bytes = send(`${api}/openapi/v2`);
    tab.answer((await tab.request()).id, "CgMyLjA=", false, "bytes");
    expect((await bytes).text).toBe("\n\u00032.0");
  });

  it("streams, and tells the tab when a client hangs up", async () => {
    const tab = await FakeTab.open();
    const response = fetch(`${api}/api/v1/pods?watch=true`);
    const { id } = await tab.request();
    tab.answer(id, "", true);
    const reader = ((await response).body as ReadableStream<Uint8Array>).getReader();
    tab.send({ t: "item", id, form: "json", time: 0 }, '{"type":"ADDED"}');
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toBe('{"type":"ADDED"}\n');
    await reader.cancel();
    expect(await tab.next()).toEqual({ t: "cancel", id });
  });

  it("ends watches, and fails requests, when the tab is closed", async () => {
    const tab = await FakeTab.open();
    const watch = send(`${api}/api/v1/pods?watch=true`);
    const { id } = await tab.request();
    tab.answer(id, "", true);
    tab.send({ t: "item", id, form: "json", time: 0 }, "{}");
    const waiting = send(`${api}/api/v1/nodes`);
    await tab.request();
    await tab.close();
    expect((await watch).text).toBe("{}\n");
    const { status, text } = await waiting;
    expect([status, JSON.parse(text).message]).toEqual([503, "the tab with the cluster was closed"]);
  });

  it("asks the tab that was opened or looked at last", async () => {
    const first = await FakeTab.open();
    const second = await FakeTab.open();
    expect(await first.next()).toEqual({ t: "active", active: false });
    first.send({ t: "focus" });
    expect(await first.next()).toEqual({ t: "active", active: true });
    expect(await second.next()).toEqual({ t: "active", active: false });
    const one = send(`${api}/api`);
    first.answer((await first.request()).id, '"first"');
    expect((await one).text).toBe('"first"');
    await first.close();
    expect(await second.next()).toEqual({ t: "active", active: true });
    const two = send(`${api}/api`);
    second.answer((await second.request()).id, '"second"');
    expect((await two).text).toBe('"second"');
  });

  it("carries conversations", async () => {
    const tab = await FakeTab.open();
    const url = `${api.replace("http", "ws")}/api/v1/namespaces/default/pods/a/exec?command=ls`;
    const client = new WebSocket(url, "v5.channel.k8s.io");
    const heard = new Promise<string>((resolve) => {
      client.on("message", (data: Buffer) => resolve(`${data[0]} ${data.toString("utf8", 1)}`));
    });
    const { id } = await tab.request();
    tab.answer(id, "", true);
    await new Promise((resolve) => client.once("open", resolve));
    client.send(Buffer.from("\0hello"));
    expect(await tab.next()).toEqual({ t: "input", id, input: { channel: 0, data: "hello" } });
    tab.send({ t: "item", id, form: "json", time: 0 }, '{"channel":1,"data":"out"}');
    expect(await heard).toBe("1 out");
    tab.send({ t: "end", id, error: "" });
    expect(await new Promise((resolve) => client.once("close", resolve))).toBe(1000);
  });

  it("lets nobody in who talks nonsense", async () => {
    const tab = await FakeTab.open();
    const closed = new Promise((resolve) => tab.socket.once("close", resolve));
    tab.socket.send("nonsense");
    expect(await closed).toBe(1003);
  });

  it.each<[string, string]>([
    ["nothing", "null\n"],
    ["no call", '{"t":"end","error":""}\n'],
    ["a status that is none", answerOf({ status: 99_999 })],
    ["a status that is a text", answerOf({ status: "200 OK\r\nx: y" })],
    ["headers that are none", answerOf({ headers: { a: 1 } })],
    ["a payload of an unknown form", answerOf({ form: "xml" })],
    ["no time", answerOf({ time: null })],
  ])("hangs up on a tab that tells %s, and goes on", async (_what, message) => {
    const tab = await FakeTab.open();
    const closed = new Promise((resolve) => tab.socket.once("close", resolve));
    const waiting = send(`${api}/api/v1/nodes`);
    await tab.request();
    tab.socket.send(message);
    expect(await closed).toBe(1003);
    expect((await waiting).status).toBe(503);
  });

  it("answers for a tab whose answer HTTP cannot carry", async () => {
    const tab = await FakeTab.open();
    const logged = vi.spyOn(console, "error").mockReturnValue();
    const waiting = send(`${api}/api/v1/nodes`);
    await tab.request();
    tab.socket.send(answerOf({ headers: { "bad name": "x" } }));
    expect((await waiting).status).toBe(500);
    expect(logged).toHaveBeenCalledTimes(1);
    logged.mockRestore();
  });

  it("takes only output for what is said in a conversation", async () => {
    const tab = await FakeTab.open();
    const closed = new Promise((resolve) => tab.socket.once("close", resolve));
    const url = `${api.replace("http", "ws")}/api/v1/namespaces/default/pods/a/exec?command=ls`;
    const client = new WebSocket(url, "v5.channel.k8s.io");
    const { id } = await tab.request();
    tab.answer(id, "", true);
    await new Promise((resolve) => client.once("open", resolve));
    tab.send({ t: "item", id, form: "json", time: 0 }, '{"channel":1,"data":7}');
    expect(await closed).toBe(1003);
  });
});

/** An answer to the first request of a tab, with something wrong. */
function answerOf(wrong: Record<string, unknown>): string {
  const good = {
    t: "answer",
    id: 1,
    status: 200,
    headers: {},
    error: "",
    more: false,
    form: "json",
    time: 0,
  };
  return `${JSON.stringify({ ...good, ...wrong })}\n{}`;
}
