import { describe, expect, it } from "vitest";
import type { StreamInput, StreamOutput } from "../api/http";
import type { Pod, Status } from "../api/types";
import { MS, SECOND } from "../kernel/time";
import { World } from "../testing/world";
import type { Answer } from "./workstation";

const PODS = "/api/v1/namespaces/default/pods";

function makePod(world: World, name: string, container: object, spec: object = {}): void {
  const body = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: { ...spec, containers: [{ name: "main", ...container }] },
  };
  const headers = { "content-type": "application/json" };
  expect(world.request({ method: "POST", path: PODS, headers, body }).status).toBe(201);
  world.until(`${name} runs`, () => (world.get(`${PODS}/${name}`).body as Pod).status.phase === "Running");
}

/** A conversation as the operator's workstation has it. */
class Talk {
  answer: Answer | undefined;
  out = "";
  err = "";
  status: Status | undefined;
  ended = false;
  readonly send: (input: StreamInput) => void;
  readonly #world: World;

  constructor(world: World, path: string, upgrade = true) {
    this.#world = world;
    let call: { send(input: StreamInput): void } | undefined;
    world.cluster.kernel.external(() => {
      call = world.cluster.stream(
        { method: "GET", path: `${PODS}/${path}`, headers: upgrade ? { Upgrade: "websocket" } : {} },
        {
          onResponse: (answer) => (this.answer = answer),
          onItem: (item) => this.#item(item as StreamOutput),
          onEnd: () => (this.ended = true),
        },
      );
    });
    this.send = (input) => world.cluster.kernel.external(() => call?.send(input));
    world.until("an answer", () => this.answer !== undefined, 70 * SECOND);
  }

  #item({ channel, data }: StreamOutput): void {
    if (channel === 1) this.out += data;
    else if (channel === 2) this.err += data;
    else this.status = JSON.parse(data) as Status;
  }

  type(data: string): this {
    this.send({ channel: 0, data });
    return this;
  }

  wait(seconds = 1): this {
    this.#world.run(seconds * SECOND);
    return this;
  }

  /** Exit code in the last word; 0 for success, undefined while it runs. */
  get code(): number | undefined {
    if (this.status === undefined) return undefined;
    return this.status.status === "Success" ? 0 : Number(this.status.details?.causes?.[0]?.message);
  }
}

function command(...words: string[]): string {
  return words.map((w) => `command=${encodeURIComponent(w)}`).join("&");
}

describe("exec", () => {
  const world = new World({ masters: 1, workers: 2 });
  world.run(120 * SECOND);
  makePod(world, "box", { image: "busybox:1.37", command: ["sh", "-c", "sleep 100000"] });
  const exec = (words: readonly string[], flags = "stdout=true&stderr=true") =>
    new Talk(world, `box/exec?${command(...words)}&${flags}`).wait();

  it("runs a command in the container, with its arguments, and tells how it ended", () => {
    const echo = exec(["echo", "a", "b"]);
    expect([echo.answer?.status, echo.out, echo.code, echo.ended]).toEqual([101, "a b\n", 0, true]);
    const failed = exec(["sh", "-c", "echo x; echo y >&2; exit 3"]);
    expect([failed.out, failed.err, failed.code]).toEqual(["x\n", "y\n", 3]);
    expect(failed.status).toMatchObject({ status: "Failure", reason: "NonZeroExitCode" });
  });

  it("really speaks to the cluster from there", () => {
    const fetched = exec(["wget", "-qO-", "http://web"]).wait(5);
    expect(fetched.out).toMatch(/^web-[a-z0-9]+-[a-z0-9]+ kubarium\/web:1\.0\n$/);
    expect(exec(["nslookup", "web.default.svc.cluster.local"]).wait(5).out).toContain("Address: 10.");
    expect(exec(["nc", "-z", "-w", "2", "web", "80"]).wait(5).code).toBe(0);
    expect(exec(["nc", "-z", "-w", "2", "web", "81"]).wait(5).code).toBe(1);
  });

  it("takes what is typed, to its end or at a terminal", () => {
    const cat = exec(["cat"], "stdin=true&stdout=true").type("one\ntw").type("o\n").wait();
    expect([cat.out, cat.code]).toEqual(["one\ntwo\n", undefined]);
    cat.send({ channel: 255, data: "0" });
    expect(cat.wait().code).toBe(0);
    const shell = exec(["sh"], "stdin=true&stdout=true&tty=true");
    shell.send({ channel: 4, data: '{"Width":80,"Height":24}' });
    shell.type("echo $HOSTNAME\r").wait().type("exit 7\r").wait();
    expect(shell.out).toBe("/ # echo $HOSTNAME\r\nbox\r\n/ # exit 7\r\n");
    expect(shell.code).toBe(7);
  });

  it("says what the runtime says when there is no such command", () => {
    const { status } = exec(["frobnicate"]);
    expect(status).toMatchObject({ status: "Failure", reason: "InternalError", code: 500 });
    expect(status?.message).toMatch(
      /^Internal error occurred: error executing command in container: failed to exec in container: failed to start/,
    );
    expect(status?.message).toContain('exec: "frobnicate": executable file not found in $PATH: unknown');
  });

  it.each([
    ["nobody/exec?command=ls&stdout=true", 404, 'pods "nobody" not found'],
    ["box/exec?command=ls&stdout=true&container=x", 400, "container x is not valid for pod box"],
    ["box/exec?command=ls", 400, "you must specify at least 1 of stdin, stdout, stderr"],
  ])("of %s is refused", (path, code, message) => {
    expect(new Talk(world, path).answer).toMatchObject({ status: code, body: { code, message } });
  });

  it("wants an upgrade; port-forward has no place here", () => {
    const plain = new Talk(world, `box/exec?${command("ls")}&stdout=true`, false);
    expect(plain.answer).toMatchObject({ status: 400, body: { message: "Upgrade request required" } });
    expect(new Talk(world, "box/portforward").answer).toMatchObject({
      status: 403,
      body: { reason: "Forbidden" },
    });
  });

  it("ends with its container, and breaks with the machine's power", () => {
    const crashed = exec(["sleep", "1000"]);
    world.do({ type: "crash-container", namespace: "default", pod: "box", container: "main" });
    expect(crashed.wait().code).toBe(137);
    world.until(
      "it runs again",
      () => (world.get(`${PODS}/box`).body as Pod).status.containerStatuses?.[0]?.ready === true,
    );
    const cut = exec(["sleep", "1000"]);
    const host = (world.get(`${PODS}/box`).body as Pod).spec.nodeName as string;
    world.do({ type: "power-off", host });
    expect(cut.wait(60)).toMatchObject({ ended: true, status: undefined });
    expect(new Talk(world, `box/exec?${command("ls")}&stdout=true`).answer).toMatchObject({ status: 500 });
    world.do({ type: "power-on", host });
    world.run(500 * MS);
  });
});

describe("ephemeral containers", () => {
  const world = new World({ masters: 1, workers: 1, workload: "none" });
  world.run(60 * SECOND);
  makePod(world, "site", { image: "nginx:1.28" });
  const add = (name: string, extra: object = {}): Answer =>
    world.request({
      method: "PATCH",
      path: `${PODS}/site/ephemeralcontainers`,
      headers: { "content-type": "application/strategic-merge-patch+json" },
      body: { spec: { ephemeralContainers: [{ name, image: "busybox:1.37", stdin: true, ...extra }] } },
    });

  it("come into a pod that runs, beside what runs there", () => {
    expect(add("look", { targetContainerName: "main" }).status).toBe(200);
    world.run(10 * SECOND);
    const { status } = world.get(`${PODS}/site`).body as Pod;
    expect(status.ephemeralContainerStatuses?.[0]).toMatchObject({ name: "look", state: { running: {} } });
    expect(status.containerStatuses?.[0]).toMatchObject({ restartCount: 0, state: { running: {} } });
    const talk = new Talk(
      world,
      `site/exec?${command("wget", "-qO-", "localhost")}&stdout=true&container=look`,
    );
    expect(talk.wait().code).toBeDefined();
    expect(add("again").status).toBe(200);
    expect((world.get(`${PODS}/site`).body as Pod).spec.ephemeralContainers?.map((c) => c.name)).toHaveLength(
      2,
    );
  });

  it.each<[string, string, object, string]>([
    ["one of a taken name", "main", {}, 'spec.ephemeralContainers[0].name: Duplicate value: "main"'],
    ["one of an unknown target", "x", { targetContainerName: "no" }, 'targetContainerName: Not found: "no"'],
    [
      "one with ports",
      "y",
      { ports: [{ containerPort: 1 }] },
      "ports: Forbidden: cannot be set for an Ephemeral",
    ],
    [
      "another image for one",
      "look",
      { image: "alpine" },
      'existing ephemeral containers "look" may not be changed',
    ],
  ])("refuse %s", (_what, name, extra, message) => {
    const answer = add(name, extra);
    expect(answer.status).toBe(422);
    expect((answer.body as Status).message).toContain(message);
  });
});

describe("attach", () => {
  it("shows what the main program writes, and lets its shell be typed into", () => {
    const world = new World({ masters: 1, workers: 1, workload: "none" });
    world.run(60 * SECOND);
    makePod(world, "shell", { image: "busybox:1.37", stdin: true, tty: true }, { restartPolicy: "Never" });
    const talk = new Talk(world, "shell/attach?stdin=true&stdout=true&tty=true");
    talk.type("echo hi\r").wait().type("exit\r").wait(3);
    expect(talk.out).toContain("echo hi\r\nhi\r\n/ # exit\r\n");
    expect([talk.code, talk.ended]).toEqual([0, true]);
    expect((world.get(`${PODS}/shell`).body as Pod).status.phase).toBe("Succeeded");
    expect(world.get(`${PODS}/shell/log`).body).toContain("hi\n");
  });
});
