import { describe, expect, it } from "vitest";
import { SECOND } from "../sim/kernel/time";
import { everything } from "../sim/terminal/programs/everything";
import { installPrograms } from "../sim/terminal/programs/installed";
import { World } from "../sim/testing/world";
import { captionOf } from "./captions";
import { SceneBuilder } from "./scene-builder";
import type { CaptionView } from "./types";

installPrograms(everything);

/** The story that a world tells from now on. */
function story(world: World): () => readonly CaptionView[] {
  const builder = new SceneBuilder(world.cluster);
  const before = builder.snapshot().captions.length;
  return () => builder.snapshot().captions.slice(before);
}

describe("captions", () => {
  it("tell the death of a worker, each sentence under its cause", () => {
    const world = new World();
    const told = story(world);
    world.do({ type: "power-off", host: "worker-2" });
    world.run(400 * SECOND);
    const texts = told().map((c) => c.text);
    const order = [
      "You pulled the plug of worker-2.",
      "worker-2 lost its power. Nobody has told the cluster yet.",
      "worker-2 has not been heard of for the grace period: the node controller marks it NotReady.",
      "worker-2 is tainted NoExecute: its pods are evicted when their toleration runs out, 300 s by default.",
    ];
    expect(order.map((t) => texts.indexOf(t))).toEqual(
      order.map((t) => texts.indexOf(t)).toSorted((a, b) => a - b),
    );
    for (const t of order) expect(texts).toContain(t);
    const lost = told().find((c) => c.text.startsWith("worker-2 lost"));
    expect(lost?.cause).toBe(told()[0]?.id);
  });

  it("follow a scale request to the pod that it led to", () => {
    const world = new World();
    const told = story(world);
    world.scale("web", 4);
    world.run(20 * SECOND);
    const all = told();
    const byId = new Map(all.map((c) => [c.id, c]));
    const ready = all.find((c) => / is ready on /.test(c.text));
    const chain: string[] = [];
    for (let c = ready; c !== undefined; c = byId.get(c.cause)) chain.unshift(c.text);
    expect(chain.length).toBeGreaterThan(2);
    expect(chain[0]).toMatch(/^You sent PATCH .*\/deployments\/web\/scale$/);
    expect(chain[1]).toMatch(/^web: you want 4 now/);
    expect(chain.join("\n")).toMatch(/The scheduler chose worker-\d/);
  });

  it("say what a client outside asked to change, and why it failed", () => {
    const world = new World();
    const told = story(world);
    const path = "/api/v1/namespaces/default/configmaps?fieldManager=kubectl-create";
    const headers = { "User-Agent": "kubectl/v1.35.2 (linux/amd64) kubernetes/abc" };
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "Not A Name" } };
    world.do({ type: "http", id: "a", request: { method: "POST", path, headers, body } });
    world.do({
      type: "http",
      id: "b",
      request: { method: "GET", path: "/api/v1/namespaces/default/pods/no" },
    });
    world.run(SECOND);
    const texts = told().map(({ text, weight }) => `${weight} ${text}`);
    expect(texts).toContain("0 kubectl sent POST /api/v1/namespaces/default/configmaps");
    expect(texts.filter((text) => text.includes("GET"))).toEqual([]);
    expect(texts).toContain('0 You got an error, 404: pods "no" not found');
    expect(texts.find((text) => text.includes("422"))).toMatch(
      /^2 You got an error, 422: ConfigMap "Not A Name" is invalid/,
    );
  });

  it("take the end of a Job's pod for what it is", () => {
    const world = new World();
    const told = story(world);
    world.do({ type: "shell", id: "a", session: "s", line: "kubectl create -f job.yaml", width: 80 });
    world.run(120 * SECOND);
    const texts = told().map(({ text }) => text);
    expect(texts.filter((text) => /^once-\w+ has done its work\.$/.test(text))).toHaveLength(3);
    expect(texts.filter((text) => /^once-.* no longer counts as ready/.test(text))).toEqual([]);
  });

  it("say what was typed", () => {
    const world = new World();
    const told = story(world);
    world.do({ type: "shell", id: "a", session: "s", line: "echo one\necho two", width: 80 });
    expect(told()[0]).toMatchObject({ text: "You typed: echo one", weight: 0 });
  });

  it("stay silent about what says nothing to people", () => {
    const fact = {
      id: 1,
      cause: 0,
      event: 1,
      at: 0,
      host: "",
      process: "",
      kind: "rules",
      subject: "x",
      data: {},
    };
    expect(captionOf(fact)).toBeUndefined();
  });
});
