/**
 * Makes sure that every active namespace has the ServiceAccount `default`
 * (`pkg/controller/serviceaccount/serviceaccounts_controller.go`).
 */
import { namespaces } from "../api/kinds/namespace";
import { serviceAccounts } from "../api/kinds/service-account";
import type { ApiObject } from "../api/types";
import type { Task } from "../kernel/task";
import type { ControllerContext } from "./context";
import { Engine, type SyncError } from "./engine";
import { ensureCreated } from "./ensure";
import type { Controller } from "./table";

const NAME = "serviceaccount-controller";

export function serviceAccountController(context: ControllerContext): Controller {
  const client = context.client(NAME);
  const spaces = context.informers.informer(namespaces);
  const accounts = context.informers.informer(serviceAccounts);
  const engine = new Engine(context.process, { name: NAME, workers: 1, sync });
  spaces.addHandler({ onAdd: engine.enqueue, onUpdate: (_old, namespace) => engine.enqueue(namespace) });
  accounts.addHandler({ onDelete: (account) => engine.queue.add(account.metadata.namespace) });

  function* sync(namespace: string): Task<SyncError> {
    const found = spaces.get(namespace);
    if (found === undefined || found.status.phase !== "Active") return undefined;
    if (accounts.get(`${namespace}/default`) !== undefined) return undefined;
    engine.decide(namespace, "ServiceAccount default", "none", "create it");
    const account: ApiObject = {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "default", namespace },
    };
    return yield* ensureCreated(client, serviceAccounts, namespace, account);
  }

  return { engine, start: () => engine.start([spaces.synced, accounts.synced]) };
}
