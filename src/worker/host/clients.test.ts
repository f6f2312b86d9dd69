import { beforeAll, describe, expect, it } from "vitest";
import { Cluster } from "../../sim/cluster/cluster";
import type { Answer, StreamSink } from "../../sim/cluster/workstation";
import type { ClusterConfig, HttpRequestSpec } from "../protocol/protocol";
import { Session } from "./session";

const CONFIG: ClusterConfig = { seed: 7, masters: 1, workers: 1, cloud: false, workload: "none", traffic: 0 };
const MAPS = "/api/v1/namespaces/default/configmaps";

interface Heard extends StreamSink {
  answers: Answer[];
  items: any[];
  ends: string[];
}

function listener(): Heard {
  const heard: Heard = {
    answers: [],
    items: [],
    ends: [],
    onResponse: (answer) => heard.answers.push(answer),
    onItem: (item) => heard.items.push(item),
    onEnd: (error) => heard.ends.push(error),
  };
  return heard;
}

const get = (path: string): HttpRequestSpec => ({
  method: "GET",
  path,
  headers: { accept: "application/json" },
});
const create = (name: string): HttpRequestSpec => ({
  method: "POST",
  path: MAPS,
  headers: { "content-type": "application/json" },
  body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name } },
});

let session: Session;
let keys = 0;

function ask(request: HttpRequestSpec): { key: number; heard: Heard } {
  const heard = listener();
  const key = ++keys;
  session.clients.open(key, request, heard);
  return { key, heard };
}

const now = (): number => session.cluster?.kernel.now ?? 0;
const names = (heard: Heard): string[] => heard.items.map((e) => `${e.type} ${e.object.metadata.name}`);

beforeAll(() => {
  session = new Session(() => 0);
  session.handle({ t: "init", config: CONFIG }, () => undefined);
});

describe("clients outside, while the cluster is paused", () => {
  it("are answered, and time passes just as far as that takes", () => {
    const before = now();
    const { heard } = ask(get("/api/v1/nodes"));
    expect(heard.answers.map((a) => a.status)).toEqual([200]);
    expect(now()).toBeGreaterThan(before);
    expect(now() - before).toBeLessThan(100_000);
    expect(session.clockView().canUndo).toBe(false);
  });

  it("keep their watches, and are told what others do", () => {
    const watch = ask(get(`${MAPS}?watch=true&fieldSelector=metadata.name%3Dseen`));
    expect(watch.heard.answers.map((a) => a.status)).toEqual([200]);
    expect(ask(create("seen")).heard.answers.map((a) => a.status)).toEqual([201]);
    ask(get(`${MAPS}/seen`));
    expect(names(watch.heard)).toEqual(["ADDED seen"]);
    expect(session.cluster?.calls.open).toHaveLength(1);
    session.clients.hangUp(watch.key);
    expect(session.cluster?.calls.open).toEqual([]);
    ask({ method: "DELETE", path: `${MAPS}/seen` });
    expect(watch.heard.items).toHaveLength(1);
    expect(watch.heard.ends).toEqual([]);
  });

  it("are told what is wrong with a request, and nothing happens", () => {
    const entries = session.cluster?.history.entries.length;
    const { heard } = ask({ method: "BREW" as "GET", path: "/pot" });
    expect(heard.answers).toMatchObject([{ status: 0, error: "unknown method BREW" }]);
    expect(session.cluster?.history.entries).toHaveLength(entries ?? -1);
  });

  it("are part of the history: it is lived through again to the byte, hanging up and all", () => {
    const watch = ask(get(`${MAPS}?watch=true`));
    ask(create("again"));
    session.clients.say(watch.key, { channel: 0, data: "a watch does not listen" });
    session.clients.hangUp(watch.key);
    session.clients.hangUp(watch.key);
    ask(get("/api"));
    const cluster = session.cluster as Cluster;
    const kinds = cluster.history.entries.slice(-5).map((e) => e.command.type);
    expect(kinds).toEqual(["http", "http", "http-input", "http-cancel", "http"]);
    const history = JSON.parse(JSON.stringify(cluster.history));
    expect(Cluster.replay(history, cluster.kernel.now).hash()).toBe(cluster.hash());
  });

  it("see their streams end when the past comes back, and the new life has none of them", () => {
    const { heard: watch } = ask(get(`${MAPS}?watch=true`));
    ask(create("undone"));
    session.handle({ t: "undo" }, () => undefined);
    expect(watch.ends).toEqual([""]);
    expect(session.cluster?.calls.open).toEqual([]);
    expect(ask(get(`${MAPS}/undone`)).heard.answers.map((a) => a.status)).toEqual([404]);
    const cluster = session.cluster as Cluster;
    expect(Cluster.replay(cluster.history, cluster.kernel.now).hash()).toBe(cluster.hash());
  });

  it("learn that nobody answers", () => {
    session.handle({ t: "command", command: { type: "power-off", host: "master-1" } }, () => undefined);
    const { heard } = ask(get("/api/v1/nodes"));
    expect(heard.answers).toMatchObject([{ status: 0 }]);
    expect(heard.answers[0]?.error).toMatch(/10\.0\.0\.\d+:6443/);
    session.handle({ t: "undo" }, () => undefined);
  });
});

describe("clients outside, while time passes", () => {
  it("wait for their answer, or for the end of the cluster that they asked", () => {
    session.handle({ t: "pace", pace: { mode: "speed", speed: 1 } }, () => undefined);
    session.handle({ t: "play" }, () => undefined);
    const { heard: answered } = ask(get("/api/v1/nodes"));
    expect(answered.answers).toEqual([]);
    for (let i = 0; i < 5; i++) session.tick(16);
    expect(answered.answers.map((a) => a.status)).toEqual([200]);
    const { heard: lost } = ask(get("/api/v1/nodes"));
    session.handle({ t: "restart" }, () => undefined);
    expect(lost.answers).toMatchObject([{ status: 0 }]);
  });

  it("all hang up when the way to them is lost", () => {
    ask(get(`${MAPS}?watch=true`));
    ask(get("/api/v1/nodes?watch=true"));
    expect(session.cluster?.calls.open).toHaveLength(2);
    session.clients.hangUpAll();
    expect(session.cluster?.calls.open).toEqual([]);
  });
});
