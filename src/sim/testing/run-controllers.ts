import { makeContext, type ContextOptions, type ControllerContext } from "../controllers/context";
import type { Controller } from "../controllers/table";
import { namespaces } from "../api/kinds/namespace";
import { FakeKubelet } from "./fake-kubelet";
import { fakeWorld, forever } from "./fake-world";

/**
 * Starts controllers on the clients' machine of a fake world, without a manager and with a client that has no limits of
 * its own. Gives the list of them, which fills as soon as time passes.
 */
export function runControllers(
  world: ReturnType<typeof fakeWorld>,
  makers: readonly ((context: ControllerContext) => Controller)[],
  options?: ContextOptions,
): readonly Controller[] {
  const controllers: Controller[] = [];
  world.start("kcm", function* (process, client) {
    const context = { ...makeContext(process, client, "kcm", options), client: () => client };
    for (const make of makers) controllers.push(make(context));
    context.informers.start(process);
    for (const controller of controllers) controller.start();
    yield* forever();
  });
  return controllers;
}

/** A fake world with controllers, the namespace `default`, and a kubelet that runs what pods they make. */
export function podWorld(makers: readonly ((context: ControllerContext) => Controller)[]) {
  const world = fakeWorld();
  const kubelet = new FakeKubelet(world.api);
  world.api.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
  const controllers = runControllers(world, makers);
  world.run(1);
  return { world, kubelet, controllers };
}

export type PodWorld = ReturnType<typeof podWorld>;
