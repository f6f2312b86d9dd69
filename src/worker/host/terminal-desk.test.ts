/** Terminals as the page drives them: through a session, paused and playing. */
import { beforeEach, expect, it } from "vitest";
import { everything } from "../../sim/terminal/programs/everything";
import { installPrograms } from "../../sim/terminal/programs/installed";
import type { LineEnd, PageRequest, ShellInput, TerminalNews } from "../protocol/protocol";
import { RequestError, Session } from "./session";

installPrograms(everything);

const CONFIG = { seed: 5, masters: 1, workers: 1, cloud: false, workload: "web", traffic: 0 } as const;

/** A page: sends requests, keeps replies and what terminals show. */
class Page {
  readonly session = new Session(() => 0);
  news: TerminalNews[] = [];

  constructor() {
    this.ask({ t: "init", config: CONFIG });
  }

  ask(request: PageRequest): unknown {
    let answer: unknown;
    this.session.handle(request, (value) => (answer = value));
    this.news.push(...this.session.terminalNews());
    return answer;
  }

  run(line: string): LineEnd | undefined {
    this.news = [];
    return this.ask({ t: "shell", session: "1", line, width: 80 }) as LineEnd | undefined;
  }

  get output(): string {
    return this.news.map((item) => (item.t === "output" ? item.text : "")).join("");
  }

  get id(): string {
    return this.news.find((item) => item.t === "started")?.id ?? "";
  }

  get time(): number {
    return this.session.clockView().time;
  }

  get history(): readonly string[] {
    return (this.ask({ t: "shell-state", session: "1" }) as { history: readonly string[] }).history;
  }
}

let page: Page;
beforeEach(() => {
  page = new Page();
});

it("lets time pass only as far as a line needs while the cluster is paused", () => {
  const from = page.time;
  expect(page.run("kubectl get nodes")).toMatchObject({ code: 0, cwd: "/root" });
  expect(page.output).toContain("worker-1");
  const took = page.time - from;
  expect(took).toBeGreaterThan(0);
  expect(took).toBeLessThan(2_000_000);
  expect(page.run("mkdir x; cd x")).toMatchObject({ code: 0, cwd: "/root/x" });
});

it("shows what a watch has to say at first, and then waits for time to pass", () => {
  const from = page.time;
  expect(page.run("kubectl get pods -w")).toBeUndefined();
  expect(page.output).toContain("web-");
  expect(page.time - from).toBeLessThan(2_000_000);
  page.ask({ t: "shell-input", id: page.id, input: { kind: "interrupt" } });
  expect(page.run("echo $?")?.code).toBe(0);
  expect(page.output).toBe("130\n");
});

it("waits for the editor, and goes on with what it gives", () => {
  expect(page.run("vi pod.yaml")).toBeUndefined();
  expect(page.news.find((item) => item.t === "edit")).toMatchObject({ name: "pod.yaml" });
  page.ask({ t: "shell-input", id: page.id, input: { kind: "edited", text: "changed\n" } });
  page.run("cat pod.yaml");
  expect(page.output).toBe("changed\n");
});

it("gives back what was typed while a line ran and was read by nothing", () => {
  let end: unknown;
  const line: PageRequest = { t: "shell", session: "1", line: "vi pod.yaml; head -1 > f", width: 80 };
  page.session.handle(line, (answer) => (end = answer));
  page.news.push(...page.session.terminalNews());
  const inputs: readonly ShellInput[] = [
    { kind: "text", text: "one" },
    { kind: "text", text: "echo a" },
    { kind: "text", text: "echo b" },
    { kind: "edited", text: null },
  ];
  for (const input of inputs) page.ask({ t: "shell-input", id: page.id, input });
  expect(end).toEqual({ code: 0, cwd: "/root", unread: ["echo a", "echo b"] });
});

it("counts as actions only lines that may change something", () => {
  page.run("kubectl get pods | grep web");
  expect(page.session.clockView()).toMatchObject({ canUndo: false, marks: [] });
  page.run("echo one > f");
  page.run("echo two > f");
  page.run("cat f");
  expect(page.session.clockView().marks.map((m) => m.label)).toEqual(["echo one > f", "echo two > f"]);
  page.ask({ t: "undo" });
  expect(page.history).toEqual(["kubectl get pods | grep web", "echo one > f"]);
  page.run("cat f");
  expect(page.output).toBe("one\n");
  page.ask({ t: "restart" });
  page.run("ls f");
  expect([page.output, page.history]).toEqual([
    "ls: cannot access 'f': No such file or directory\n",
    ["ls f"],
  ]);
});

it("makes room for a line when one of before a rewind still runs", () => {
  page.run("kubectl get pods -w");
  page.run("x; echo later > f");
  page.ask({ t: "undo" });
  expect(page.run("echo here")).toMatchObject({ code: 0, cwd: "/root" });
  expect(page.output).toBe("here\n");
});

it("completes by asking kubectl, which leaves no trace among actions or in the history", () => {
  page.run("false");
  const offer = page.ask({ t: "complete", session: "1", text: "k get deploym", width: 80 }) as {
    values: string[];
  };
  expect(offer.values.length).toBeGreaterThan(0);
  expect(offer.values[0]).toMatch(/^deployments/);
  expect(page.ask({ t: "complete", session: "1", text: "cat po", width: 80 })).toMatchObject({
    values: ["pod.yaml"],
  });
  expect(page.session.clockView().marks).toEqual([]);
  expect(page.history).toEqual(["false"]);
  page.run("echo $?");
  expect(page.output).toBe("1\n");
});

it("knows lines that are not whole yet", () => {
  expect(page.ask({ t: "unfinished", line: "cat <<EOF" })).toBe(true);
  expect(page.ask({ t: "unfinished", line: "cat f" })).toBe(false);
});

it("refuses input for what does not run, and tells so", () => {
  expect(() => page.ask({ t: "shell-input", id: "nothing", input: { kind: "end" } })).toThrow(RequestError);
  expect(() => page.ask({ t: "shell", session: "no name", line: "ls", width: 80 })).toThrow(RequestError);
});

it("follows a shell on another machine while paused: its prompt, its lines, Ctrl+C, the editor, its end", () => {
  page.run("ssh master-1");
  const { id } = page;
  expect(page.output).toBe("root@master-1:~# ");
  const give = (input: ShellInput): string => {
    page.news = [];
    page.ask({ t: "shell-input", id, input });
    return page.output;
  };
  expect(give({ kind: "text", text: "kubectl get nodes -o name" })).toBe(
    "node/master-1\nnode/worker-1\nroot@master-1:~# ",
  );
  expect(give({ kind: "interrupt" })).toBe("root@master-1:~# ");
  expect(give({ kind: "text", text: "vi /etc/kubernetes/manifests/etcd.yaml" })).toBe("");
  const edit = page.news.find((item) => item.t === "edit");
  expect(edit?.text).toContain("  - --data-dir=/var/lib/etcd\n");
  expect(give({ kind: "edited", text: null })).toBe("root@master-1:~# ");
  expect(give({ kind: "text", text: "cat" })).toBe("");
  expect(give({ kind: "interrupt" })).toBe("root@master-1:~# ");
  expect(give({ kind: "end" })).toBe("logout\nConnection to master-1 closed.\n");
});
