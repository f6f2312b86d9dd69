import { expect, it } from "vitest";
import { deployments } from "../api/kinds/deployment";
import { namespaces } from "../api/kinds/namespace";
import type { Pod } from "../api/types";
import { FakeKubelet } from "../testing/fake-kubelet";
import { fakeWorld } from "../testing/fake-world";
import { controllerManagerProgram, type ControllerManagerView } from "./manager";
import { CONTROLLERS } from "./table";

function setup() {
  const world = fakeWorld();
  const kubelet = new FakeKubelet(world.api);
  for (const name of ["default", "kube-system"]) {
    world.api.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
  const program = controllerManagerProgram({ apiIp: world.master.ip });
  const manager = world.node.start("kube-controller-manager", program);
  const view = (): ControllerManagerView => manager.view as ControllerManagerView;
  const template = {
    metadata: { labels: { app: "web" } },
    spec: { containers: [{ name: "c", image: "v1" }] },
  };
  const deploy = (replicas: number) =>
    world.api.create(deployments, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", namespace: "default" },
      spec: { replicas, selector: { matchLabels: { app: "web" } }, template },
    });
  return { world, kubelet, manager, view, program, deploy };
}

it("leads, then runs every controller and shows them", () => {
  const { world, kubelet, view, deploy } = setup();
  world.run(5);
  expect(view().leading).toBe(true);
  expect(view().identity).toMatch(
    /^client-1_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(view().leader).toBe(view().identity);
  const names = view().controllers.map((c) => c.name);
  for (const { name } of CONTROLLERS) expect(names).toContain(name);
  deploy(3);
  kubelet.run(8);
  expect(world.api.all<Pod>("pods")).toHaveLength(3);
  const of = (name: string) => view().controllers.find((c) => c.name === name)!;
  expect(of("deployment-controller").lastDecision).toMatchObject({ key: "default/web", action: "nothing" });
  expect(of("replicaset-controller")).toMatchObject({ queueLength: 0, processing: [] });
  expect(world.api.get("serviceaccounts", "default", "default")).toBeDefined();
});

it("does nothing while another leads, and takes over when that one is gone", () => {
  const { world, kubelet, manager, deploy, program } = setup();
  world.run(5);
  const second = world.master.start("kube-controller-manager", program);
  world.run(5);
  const view = second.view as ControllerManagerView;
  expect(view.leading).toBe(false);
  expect(view.controllers).toEqual([]);
  manager.kill();
  deploy(2);
  kubelet.run(10);
  expect(world.api.all<Pod>("pods")).toHaveLength(0);
  kubelet.run(20);
  expect(view.leading).toBe(true);
  expect(world.api.all<Pod>("pods")).toHaveLength(2);
});

it("ends its process when it cannot keep the lease", () => {
  const { world, manager } = setup();
  world.run(20);
  world.stopServer();
  world.run(20);
  expect(manager.alive).toBe(false);
  expect(manager.exited.value).toEqual({ code: 1, reason: "Error" });
});

it("deletes a Deployment's pods with it", () => {
  const { world, kubelet, deploy } = setup();
  world.run(5);
  deploy(3);
  kubelet.run(8);
  world.api.delete("deployments", "default", "web");
  kubelet.run(20);
  expect(world.api.all("replicasets")).toEqual([]);
  expect(world.api.all("pods")).toEqual([]);
});
