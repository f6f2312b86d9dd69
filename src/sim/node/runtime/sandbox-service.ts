import { err, ok } from "../../../shared/result";
import type { Process } from "../../kernel/process";
import type { Rng } from "../../kernel/rng";
import type { Task } from "../../kernel/task";
import type { Cni } from "./cni";
import type { ContainerService } from "./container-service";
import type { CriError, CriResult, SandboxConfig } from "./cri/types";
import { TIMES } from "./defaults";
import { newId } from "./ids";
import { shimsOf } from "./shims";
import type { Store } from "./store";

/** Pod sandboxes: a network namespace with an address, in which a pod's containers run. */
export class SandboxService {
  readonly #process: Process;
  readonly #store: Store;
  readonly #cni: Cni;
  readonly #containers: ContainerService;
  readonly #rng: Rng;

  constructor(process: Process, store: Store, cni: Cni, containers: ContainerService) {
    this.#process = process;
    this.#store = store;
    this.#cni = cni;
    this.#containers = containers;
    this.#rng = process.kernel.rng(`containerd/${process.host.name}`);
  }

  /** Makes a sandbox; its id. Fails while the node has no block of addresses, or none is left. */
  *run(config: SandboxConfig): Task<CriResult<"RunPodSandbox">> {
    yield this.#rng.between(...TIMES.runSandbox);
    let ip = "";
    if (!config.hostNetwork) {
      if (this.#cni.prefix === undefined) return err(setupFailed("cni plugin not initialized"));
      const given = this.#cni.add();
      if (given === undefined)
        return err(
          setupFailed('plugin type="host-local" failed (add): no IP addresses available in range set'),
        );
      ip = given;
    }
    const id = newId(this.#rng);
    const { host } = this.#process;
    shimsOf(host).sandboxes.set(id, { id, config, ip: ip === "" ? host.ip : ip });
    this.#store.putSandbox({ id, config, state: "READY", ip, createdAt: this.#process.now });
    return ok(id);
  }

  /** Ends what runs in it and gives its address back. Doing it again does nothing. */
  *stop(id: string): Task<CriResult<"StopPodSandbox">> {
    const before = this.#store.sandboxes.get(id);
    if (before === undefined) return ok(null);
    for (const record of this.#store.containersOf(id)) {
      if (record.status.state === "RUNNING") yield* this.#containers.stop(record.status.id, 0);
    }
    if (before.state === "NOTREADY" && before.ip === "") return ok(null);
    yield this.#rng.between(...TIMES.stopSandbox);
    const status = this.#store.sandboxes.get(id);
    if (status === undefined) return ok(null);
    if (status.ip !== "") this.#cni.release(status.ip);
    shimsOf(this.#process.host).sandboxes.delete(id);
    this.#store.putSandbox({ ...status, state: "NOTREADY", ip: "" });
    return ok(null);
  }

  /** Forgets it, with its containers; it must have been stopped. */
  *remove(id: string): Task<CriResult<"RemovePodSandbox">> {
    yield this.#rng.between(...TIMES.remove);
    const status = this.#store.sandboxes.get(id);
    if (status === undefined) return ok(null);
    if (status.state === "READY") {
      const message = `sandbox container "${id}" is not fully stopped`;
      return err({ code: "FailedPrecondition", message });
    }
    for (const record of this.#store.containersOf(id)) this.#containers.forget(record.status.id);
    this.#store.removeSandbox(id);
    return ok(null);
  }
}

function setupFailed(why: string): CriError {
  return { code: "Unknown", message: `failed to setup network for sandbox: ${why}` };
}
