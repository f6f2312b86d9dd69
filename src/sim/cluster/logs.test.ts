import { describe, expect, it } from "vitest";
import { SECOND } from "../kernel/time";
import type { ApiList, Pod } from "../api/types";
import { World } from "../testing/world";
import type { Answer } from "./workstation";

const BASE = "/api/v1/namespaces/default/pods";

function makePod(world: World, name: string, spec: object): void {
  const body = { apiVersion: "v1", kind: "Pod", metadata: { name }, spec };
  const headers = { "content-type": "application/json" };
  const made = world.request({ method: "POST", path: BASE, headers, body });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
}

function sh(script: string, name = "main") {
  return { name, image: "busybox:1.37", command: ["sh", "-c", script] };
}

function podOf(world: World, name: string): Pod {
  return world.get(`${BASE}/${name}`).body as Pod;
}

function log(world: World, pod: string, query = ""): Answer {
  return world.get(`${BASE}/${pod}/log${query}`);
}

const message = (answer: Answer): string => (answer.body as { message: string }).message;

/** Follows a log: what has come, and how it ended. */
function follow(world: World, pod: string) {
  const seen = { text: "", status: 0, ended: false, error: "" };
  world.cluster.kernel.external(() => {
    world.cluster.stream(
      { method: "GET", path: `${BASE}/${pod}/log?follow=true` },
      {
        onResponse: (answer) => (seen.status = answer.status),
        onItem: (item) => (seen.text += String(item)),
        onEnd: (error) => Object.assign(seen, { ended: true, error }),
      },
    );
  });
  return seen;
}

describe("logs of pods", () => {
  const world = new World({ masters: 1, workers: 2, workload: "none" });
  world.until("workers are ready", () => {
    const nodes = world.get("/api/v1/nodes").body as ApiList<
      Pod & { status: { conditions: { type: string; status: string }[] } }
    >;
    return (
      nodes.items?.filter((n) => n.status.conditions.some((c) => c.type === "Ready" && c.status === "True"))
        .length === 3
    );
  });
  makePod(world, "talker", {
    containers: [sh("echo one; echo two; sleep 5; echo three; sleep 1000")],
  });
  makePod(world, "crasher", { containers: [sh("echo attempt; exit 3")] });
  makePod(world, "pair", { containers: [sh("echo a; sleep 1000", "a"), sh("echo b; sleep 1000", "b")] });
  makePod(world, "picture", { containers: [{ name: "main", image: "no/such:1" }] });
  makePod(world, "nowhere", { nodeSelector: { no: "such" }, containers: [sh("true")] });
  makePod(world, "site", { containers: [{ name: "web", image: "nginx:1.28" }] });
  world.until("it talks", () => podOf(world, "talker").status.phase === "Running");
  world.until(
    "it has crashed twice",
    () => (podOf(world, "crasher").status.containerStatuses?.[0]?.restartCount ?? 0) > 0,
  );
  world.run(10 * SECOND);

  it("are what the container wrote", () => {
    const answer = log(world, "talker");
    expect([answer.status, answer.body]).toEqual([200, "one\ntwo\nthree\n"]);
    expect(answer.headers["content-type"]).toContain("text/plain");
    expect(log(world, "talker", "?tailLines=1").body).toBe("three\n");
    expect(log(world, "pair", "?container=b").body).toBe("b\n");
    expect(String(log(world, "talker", "?timestamps=true&tailLines=1").body)).toMatch(
      /^2026-01-01T00:\d\d:\d\d\.\d{9}Z three\n$/,
    );
    expect(log(world, "site").body).toContain("[notice] 1#1: nginx/1.28\n");
  });

  it("of the instance before, as long as there is one", () => {
    expect(log(world, "crasher", "?previous=true").body).toBe("attempt\n");
    const none = log(world, "talker", "?previous=true");
    expect([none.status, message(none)]).toEqual([
      400,
      'previous terminated container "main" in pod "talker" not found',
    ]);
  });

  it.each([
    ["pair", "", 400, "a container name must be specified for pod pair, choose one of: [a b]"],
    ["pair", "?container=c", 400, "container c is not valid for pod pair"],
    ["nobody", "", 404, 'pods "nobody" not found'],
    [
      "talker",
      "?tailLines=-1",
      422,
      'PodLogOptions "talker" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      "talker",
      "?limitBytes=0",
      422,
      'PodLogOptions "talker" is invalid: limitBytes: Invalid value: 0: must be greater than 0',
    ],
    ["talker", "?tailLines=x", 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
  ])("of %s%s are refused", (pod, query, status, text) => {
    const answer = log(world, pod, query);
    expect([answer.status, message(answer)]).toEqual([status, text]);
  });

  it("of what has not started say what it waits for", () => {
    const waiting = log(world, "picture");
    expect(waiting.status).toBe(400);
    const [what, why] = message(waiting).split(" is waiting to start: ");
    expect(what).toBe('container "main" in pod "picture"');
    expect(["image can't be pulled", "trying and failing to pull image"]).toContain(why);
    expect(log(world, "nowhere").status).toBe(204);
  });

  it("can be followed until the container ends", () => {
    makePod(world, "short", { restartPolicy: "Never", containers: [sh("echo 1; sleep 20; echo 2")] });
    world.until("it runs", () => podOf(world, "short").status.phase === "Running");
    const seen = follow(world, "short");
    world.run(5 * SECOND);
    expect(seen).toEqual({ text: "1\n", status: 200, ended: false, error: "" });
    world.run(30 * SECOND);
    expect(seen).toEqual({ text: "1\n2\n", status: 200, ended: true, error: "" });
  });

  it("lose at the machine's power cut what was not yet written back", () => {
    makePod(world, "ticker", { containers: [sh("i=0; while true; do i=$((i+1)); echo $i; sleep 1; done")] });
    world.until("it runs", () => podOf(world, "ticker").status.phase === "Running");
    world.run(60 * SECOND);
    const host = podOf(world, "ticker").spec.nodeName as string;
    const before = String(log(world, "ticker").body);
    world.do({ type: "power-off", host });
    world.run(5 * SECOND);
    world.do({ type: "power-on", host });
    world.until(
      "it runs again",
      () => podOf(world, "ticker").status.containerStatuses?.[0]?.restartCount === 1,
    );
    const after = String(log(world, "ticker", "?previous=true").body);
    expect(before.startsWith(after)).toBe(true);
    const lost = before.split("\n").length - after.split("\n").length;
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThanOrEqual(31);
    world.run(120 * SECOND);
  });

  it("survive the machine's power, which a follower notices late and a reader by waiting", () => {
    const host = podOf(world, "talker").spec.nodeName as string;
    const seen = follow(world, "talker");
    world.run(1 * SECOND);
    world.do({ type: "power-off", host });
    world.run(20 * SECOND);
    expect([seen.text, seen.ended]).toEqual(["one\ntwo\nthree\n", false]);
    const dead = log(world, "talker");
    const address = `${podOf(world, "talker").status.hostIP}:10250`;
    expect([dead.status, message(dead)]).toEqual([
      500,
      `Get "https://${address}/containerLogs/default/talker/main": dial tcp ${address}: i/o timeout`,
    ]);
    world.run(30 * SECOND);
    expect(seen.ended).toBe(true);
    world.do({ type: "power-on", host });
    world.until(
      "it runs again",
      () => podOf(world, "talker").status.containerStatuses?.[0]?.restartCount === 1,
    );
    expect(log(world, "talker", "?previous=true").body).toBe("one\ntwo\nthree\n");
  });
});
