import { err, ok } from "../../../shared/result";
import type { Exchange } from "../../kernel/connection";
import { Future } from "../../kernel/future";
import type { Process } from "../../kernel/process";
import type { Rng } from "../../kernel/rng";
import { race, TIMED_OUT, within, type Task } from "../../kernel/task";
import type { Micros } from "../../kernel/time";
import { attachSession, failSession, runSession } from "./exec-session";
import { entrypointOf, executableOf, type ImagePrograms } from "./container-program";
import type { ContainerContext } from "./container-context";
import { logPath } from "./cri/log-file";
import type {
  ContainerConfig,
  ContainerResources,
  CriAttachRequest,
  CriExecRequest,
  ContainerStats,
  ContainerStatus,
  CriError,
  CriResult,
  ExecResult,
} from "./cri/types";
import { TIMES } from "./defaults";
import { newId } from "./ids";
import type { ImageStore } from "./image-store";
import { isExecutable } from "./programs/shell/commands";
import { execute } from "./programs/shell/execute";
import { ContainerShim, shimsOf, type SandboxShim } from "./shims";
import type { ContainerRecord, Store } from "./store";

/** Containers: made, started, stopped, looked into. Their processes belong to the shims. */
export class ContainerService {
  readonly #process: Process;
  readonly #store: Store;
  readonly #images: ImageStore;
  readonly #programs: ImagePrograms;
  readonly #rng: Rng;
  /** Names of those that are being made: whose caller has died meanwhile is made all the same. */
  readonly #creating = new Set<string>();

  constructor(process: Process, store: Store, images: ImageStore, programs: ImagePrograms) {
    this.#process = process;
    this.#store = store;
    this.#images = images;
    this.#programs = programs;
    this.#rng = process.kernel.rng(`containerd/${process.host.name}`);
  }

  list(podUid: string | undefined): readonly ContainerStatus[] {
    const all = [...this.#store.containers.values()].map((record) => record.status);
    return podUid === undefined ? all : all.filter((status) => status.podUid === podUid);
  }

  status(id: string): CriResult<"ContainerStatus"> {
    const record = this.#store.containers.get(id);
    return record === undefined ? err(noContainer(id)) : ok(record.status);
  }

  stats(): readonly ContainerStats[] {
    const found: ContainerStats[] = [];
    for (const shim of shimsOf(this.#process.host).containers.values()) {
      const { process } = shim;
      if (process?.alive !== true) continue;
      const { cpuMilli, memoryBytes } = process;
      found.push({
        id: shim.id,
        podUid: shim.sandbox.config.podUid,
        name: shim.config.name,
        cpuMilli,
        memoryBytes,
      });
    }
    return found;
  }

  *create(sandboxId: string, config: ContainerConfig): Task<CriResult<"CreateContainer">> {
    const pod = this.#store.sandboxes.get(sandboxId)?.config.podUid ?? sandboxId;
    const name = `${config.name}_${pod}_${config.attempt}`;
    const taken = this.#creating.has(name) || this.#store.containersOf(sandboxId).some(isNamed(config));
    if (taken) {
      const message = `failed to reserve container name "${name}": name "${name}" is reserved`;
      return err({ code: "Unknown", message });
    }
    this.#creating.add(name);
    const created = yield* this.#create(sandboxId, config);
    this.#creating.delete(name);
    return created;
  }

  *#create(sandboxId: string, config: ContainerConfig): Task<CriResult<"CreateContainer">> {
    yield this.#rng.between(...TIMES.createContainer);
    const sandbox = this.#store.sandboxes.get(sandboxId);
    if (sandbox === undefined || sandbox.state !== "READY") {
      return err({ code: "NotFound", message: `failed to find sandbox id "${sandboxId}": not found` });
    }
    const image = this.#images.find(config.image);
    if (image === undefined) {
      const message = `failed to resolve image "${config.image}": not found`;
      return err({ code: "NotFound", message });
    }
    const status: ContainerStatus = {
      id: newId(this.#rng),
      sandboxId,
      podUid: sandbox.config.podUid,
      name: config.name,
      attempt: config.attempt,
      image: config.image,
      imageId: image.id,
      hash: config.hash,
      gracePeriod: config.gracePeriod,
      resources: config.resources,
      state: "CREATED",
      createdAt: this.#process.now,
      startedAt: 0,
      finishedAt: 0,
      exitCode: 0,
      reason: "",
      message: "",
    };
    this.#store.putContainer({ config, status });
    return ok(status.id);
  }

  *start(id: string): Task<CriResult<"StartContainer">> {
    yield this.#rng.between(...TIMES.startContainer);
    const record = this.#store.containers.get(id);
    const shims = shimsOf(this.#process.host);
    const sandbox = record && shims.sandboxes.get(record.status.sandboxId);
    if (record === undefined || sandbox === undefined) return err(noContainer(id));
    const { config, status } = record;
    if (status.state !== "CREATED") {
      const message = `container is in CONTAINER_${status.state} state`;
      return err({ code: "FailedPrecondition", message });
    }
    const { now } = this.#process;
    const entrypoint = entrypointOf(config, this.#programs);
    if (!entrypoint.ok) {
      const message = entrypoint.error;
      const failed = {
        state: "EXITED",
        exitCode: 128,
        reason: "StartError",
        message,
        finishedAt: now,
      } as const;
      this.#store.putContainer({ config, status: { ...status, ...failed } }, "STOPPED");
      return err({ code: "Unknown", message });
    }
    const { program, stop } = entrypoint.value;
    const shim = new ContainerShim(shims, id, sandbox, config, stop);
    shims.containers.set(id, shim);
    this.#store.putContainer({ config, status: { ...status, state: "RUNNING", startedAt: now } }, "STARTED");
    shim.start(program(contextOf(this.#process, sandbox, shim)));
    return ok(null);
  }

  /** SIGTERM, and SIGKILL when it still runs after `timeout`. */
  *stop(id: string, timeout: Micros): Task<CriResult<"StopContainer">> {
    const shim = shimsOf(this.#process.host).containers.get(id);
    if (shim === undefined || !shim.alive) return ok(null);
    if (timeout > 0) {
      shim.terminate();
      const exited = (shim.process as Process).exited;
      const result = yield* within(exited, timeout);
      if (result !== TIMED_OUT) return ok(null);
    }
    shim.kill();
    return ok(null);
  }

  /** Its limits are others from now on. */
  *update(id: string, resources: ContainerResources): Task<CriResult<"UpdateContainerResources">> {
    yield this.#rng.between(...TIMES.updateContainer);
    const record = this.#store.containers.get(id);
    const shim = shimsOf(this.#process.host).containers.get(id);
    if (record === undefined || shim?.alive !== true) return err(noContainer(id));
    const config = { ...record.config, resources };
    shim.config = config;
    this.#store.putContainer({ config, status: { ...record.status, resources } }, "UPDATED");
    return ok(null);
  }

  *remove(id: string): Task<CriResult<"RemoveContainer">> {
    yield this.#rng.between(...TIMES.remove);
    this.forget(id);
    return ok(null);
  }

  /** Forgets a container, and kills what is left of it. */
  forget(id: string): void {
    const shims = shimsOf(this.#process.host);
    shims.containers.get(id)?.kill();
    shims.containers.delete(id);
    const status = this.#store.containers.get(id)?.status;
    const sandbox = status && this.#store.sandboxes.get(status.sandboxId);
    if (status !== undefined && sandbox !== undefined) {
      this.#process.host.disk.remove(logPath(sandbox.config, status.name, status.attempt));
    }
    this.#store.removeContainer(id);
  }

  /** Runs a command inside a container and waits for its end. */
  *exec(id: string, command: readonly string[], timeout: Micros): Task<CriResult<"ExecSync">> {
    const record = this.#store.containers.get(id);
    const shims = shimsOf(this.#process.host);
    const shim = shims.containers.get(id);
    const process = shim?.process;
    if (record === undefined || shim === undefined || process?.alive !== true) return err(noContainer(id));
    const context = contextOf(this.#process, shim.sandbox, shim);
    const [executable = ""] = command;
    if (!isExecutable(context, executable)) return err(execFailed(noSuchExecutable(executable)));
    const thread = process.spawn("exec", execute(process, context, command));
    const limit = new Future<void>(this.#process.kernel);
    const timer =
      timeout > 0
        ? this.#process.kernel.schedule(timeout, (f: Future<void>) => f.resolve(), limit)
        : undefined;
    const which = yield* race(this.#process.kernel, [
      thread.done as Future<unknown>,
      process.exited as Future<unknown>,
      limit as Future<unknown>,
    ]);
    if (timer !== undefined) this.#process.kernel.cancel(timer);
    if (which === 0) return ok(thread.done.value as ExecResult);
    if (which === 1) return err(execFailed("container not running"));
    thread.cancel();
    const message = `failed to exec in container: timeout ${timeout / 1_000_000}s exceeded`;
    return err({ code: "DeadlineExceeded", message });
  }

  /** Runs a command for somebody who listens and types, or shows the main program to them. */
  *session(exchange: Exchange, request: CriExecRequest | CriAttachRequest): Task {
    const shim = shimsOf(this.#process.host).containers.get(request.containerId);
    const process = shim?.process;
    if (shim === undefined || process?.alive !== true) {
      exchange.respond(err(noContainer(request.containerId)));
      return;
    }
    if (request.method === "Attach") {
      yield* attachSession(this.#process, exchange, process, shim);
      return;
    }
    yield this.#rng.between(...TIMES.exec);
    const context = contextOf(this.#process, shim.sandbox, shim);
    const [executable = ""] = request.command;
    if (isExecutable(context, executable))
      yield* runSession(this.#process, exchange, process, context, request.command, request);
    else {
      const started = `failed to start exec "${newId(this.#rng)}"`;
      failSession(exchange, `failed to exec in container: ${started}: ${noSuchExecutable(executable)}`);
    }
  }

  /** A shim tells that its container has ended. */
  exited(shim: ContainerShim): void {
    const record = this.#store.containers.get(shim.id);
    const { exit } = shim;
    if (record === undefined || exit === undefined || record.status.state === "EXITED") return;
    const { code: exitCode, reason, at: finishedAt } = exit;
    const status: ContainerStatus = { ...record.status, state: "EXITED", exitCode, reason, finishedAt };
    this.#store.putContainer({ config: record.config, status }, "STOPPED");
  }
}

/** Is it this attempt at this container? */
const isNamed =
  ({ name, attempt }: ContainerConfig) =>
  ({ config }: ContainerRecord): boolean =>
    config.name === name && config.attempt === attempt;

/** As runc puts it. */
function noSuchExecutable(name: string): string {
  const why = `exec: "${name}": executable file not found in $PATH`;
  return `OCI runtime exec failed: exec failed: unable to start container process: ${why}: unknown`;
}

function contextOf(process: Process, sandbox: SandboxShim, shim: ContainerShim): ContainerContext {
  return {
    host: process.host,
    sandbox: sandbox.config,
    get container() {
      return shim.config;
    },
    ip: sandbox.ip,
    executable: executableOf(shim.config),
    files: shim.files,
    input: shim.input,
    interrupts: shim.interrupts,
    write: (text) => shim.write(text),
    term: shim.term,
    log: (text) => shim.log(text),
  };
}

function noContainer(id: string): CriError {
  return { code: "NotFound", message: `an error occurred when try to find container "${id}": not found` };
}

function execFailed(why: string): CriError {
  return { code: "Unknown", message: `failed to exec in container: failed to start exec: ${why}` };
}
