import { describe, expect, it } from "vitest";
import type { Container } from "../../api/types";
import { SECOND } from "../../kernel/time";
import { shell, testNode, web } from "../../testing/kubelet-world";

type Extra = Partial<Container>;

function running(extra: Extra, container: (e: Extra) => Container = web) {
  const n = testNode();
  n.boot();
  n.create("p", { containers: [container(extra)] });
  n.until(() => n.running().length === 1, 5);
  return n;
}

const ready = (n: ReturnType<typeof testNode>) => n.condition("p", "Ready")?.status === "True";

describe("readiness", () => {
  it.each([
    ["http", { httpGet: { path: "/", port: 8080 } }],
    ["http by the port's name", { httpGet: { path: "/", port: "http" } }],
    ["tcp", { tcpSocket: { port: 8080 } }],
    ["exec", { exec: { command: ["true"] } }],
  ])("%s: is tried as soon as the container runs", (_name, handler) => {
    const ports = [{ name: "http", containerPort: 8080 }];
    const n = running({ ports, readinessProbe: { periodSeconds: 10, ...handler } });
    expect(n.until(() => ready(n), 5)).toBeLessThan(3 * SECOND);
  });

  it.each([
    [
      "a path that is not there",
      { httpGet: { path: "/nope", port: 80 } },
      "Readiness probe failed: HTTP probe failed with statuscode: 404",
    ],
    [
      "a port that nobody listens on",
      { tcpSocket: { port: 9 } },
      "Readiness probe failed: dial tcp 10.244.1.2:9: connect: connection refused",
    ],
    [
      "a command that fails",
      { exec: { command: ["cat", "/no"] } },
      "Readiness probe failed: cat: can't open '/no': No such file or directory",
    ],
  ])("%s keeps it unready, and is told", (_name, handler, message) => {
    const n = running({ image: "nginx:1.28", readinessProbe: { periodSeconds: 2, ...handler } });
    n.run(20);
    expect(n.condition("p", "Ready")).toMatchObject({
      status: "False",
      reason: "ContainersNotReady",
      message: "containers with unready status: [web]",
    });
    expect(n.status("p")).toMatchObject({ ready: false, started: true, restartCount: 0 });
    expect(n.messages("p")).toContain(message);
  });

  it("waits for its initial delay", () => {
    const n = running({
      readinessProbe: { initialDelaySeconds: 8, periodSeconds: 3, tcpSocket: { port: 8080 } },
    });
    n.run(6.5);
    expect(ready(n)).toBe(false);
    n.until(() => ready(n), 6);
  });

  it("follows the container: unready after three failures, ready again after a success", () => {
    const script = "touch /ok; sleep 20; rm /ok; sleep 20; touch /ok; sleep 1000";
    const probe = { periodSeconds: 2, exec: { command: ["cat", "/ok"] } };
    const n = running({ readinessProbe: probe }, (e) => shell(script, e));
    n.until(() => ready(n), 5);
    const lost = n.until(() => !ready(n), 40);
    expect(lost).toBeGreaterThan(20 * SECOND);
    expect(lost).toBeLessThan(28 * SECOND);
    n.until(() => ready(n), 20);
    expect(n.status("p")?.restartCount).toBe(0);
  });
});

describe("liveness", () => {
  it("restarts the container after three failures, and says why", () => {
    const script = "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600";
    const probe = { periodSeconds: 5, exec: { command: ["cat", "/tmp/healthy"] } };
    const n = running({ livenessProbe: probe }, (e) => shell(script, e));
    n.api.change("pods", "default", "p", (p) => ({
      ...p,
      spec: { ...p.spec, terminationGracePeriodSeconds: 2 },
    }));
    const took = n.until(() => n.status("p")?.restartCount === 1, 80);
    expect(took).toBeGreaterThan(40 * SECOND);
    expect(took).toBeLessThan(55 * SECOND);
    expect(n.status("p")?.lastState?.terminated?.exitCode).toBe(137);
    n.run(1);
    expect(n.messages("p")).toContain("Container main failed liveness probe, will be restarted");
    expect(n.messages("p")).toContain(
      "Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory",
    );
  });

  it("does not run before the startup probe has succeeded", () => {
    const tcpSocket = { port: 8080 };
    const n = running({
      image: "kubarium/slow-start:v1",
      livenessProbe: { periodSeconds: 2, failureThreshold: 1, tcpSocket },
      readinessProbe: { periodSeconds: 2, tcpSocket },
      startupProbe: { periodSeconds: 5, failureThreshold: 30, tcpSocket },
    });
    n.run(20);
    expect(n.status("p")).toMatchObject({ started: false, ready: false, restartCount: 0 });
    const took = n.until(() => ready(n), 30);
    expect(took).toBeLessThan(20 * SECOND);
    expect(n.status("p")).toMatchObject({ started: true, restartCount: 0 });
  });

  it("a startup probe that never succeeds restarts the container", () => {
    const n = running({
      image: "kubarium/slow-start:v1",
      startupProbe: { periodSeconds: 2, failureThreshold: 3, tcpSocket: { port: 8080 } },
    });
    n.until(() => n.status("p")?.restartCount === 1, 40);
    n.run(1);
    expect(n.messages("p")).toContain("Container web failed startup probe, will be restarted");
  });
});
