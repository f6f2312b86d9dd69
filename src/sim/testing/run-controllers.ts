import { makeContext, type ContextOptions, type ControllerContext } from "../controllers/context";
import type { Controller } from "../controllers/table";
import { forever, type fakeWorld } from "./fake-world";

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
