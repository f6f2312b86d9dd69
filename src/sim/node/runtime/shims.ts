/**
 * What stands between the runtime and a container's process: the shim (containerd-shim-runc-v2). It is a part of the
 * host, not of containerd: containers go on when containerd dies, and a new containerd finds them again, with the
 * exit codes of those that ended meanwhile. Everything here is gone with the host's power.
 */
import { Future } from "../../kernel/future";
import type { Host } from "../../kernel/host";
import type { ExitStatus, Process, Program } from "../../kernel/process";
import type { Signal } from "../../kernel/task";
import type { Micros } from "../../kernel/time";
import { byLines, LiveInput, NO_INPUT, type Input, type Output } from "./programs/shell/io";
import { Terminal } from "./programs/shell/terminal";
import type { StopAction } from "./container-context";
import { containerGroup } from "./cri/control-group";
import { LogFile, logPath } from "./cri/log-file";
import type { ContainerConfig, SandboxConfig } from "./cri/types";

/** How and when a container's process ended. */
export interface ContainerExit {
  readonly code: number;
  readonly reason: string;
  readonly at: Micros;
}

/** The network namespace of a pod. */
export interface SandboxShim {
  readonly id: string;
  readonly config: SandboxConfig;
  /** The host's address for pods in the host's network. */
  readonly ip: string;
}

/** A container that was started since the host has power. */
export class ContainerShim {
  readonly id: string;
  readonly sandbox: SandboxShim;
  /** Replaced when its resources change. */
  config: ContainerConfig;
  readonly startedAt: Micros;
  /** Settles with the stop signal. */
  readonly term: Future<void>;
  readonly files = new Map<string, string>();
  readonly logFile: LogFile;
  /** Who has attached to its output. */
  readonly viewers = new Set<Output>();
  readonly #terminal: Terminal | undefined;
  readonly #live: LiveInput | undefined;
  readonly #output = byLines((line) => this.log(line));
  readonly #shims: Shims;
  readonly #stop: StopAction;
  #process: Process | undefined;
  #exit: ContainerExit | undefined;

  constructor(shims: Shims, id: string, sandbox: SandboxShim, config: ContainerConfig, stop: StopAction) {
    const { kernel, disk } = shims.host;
    this.logFile = new LogFile();
    if (config.tty) this.#terminal = new Terminal(kernel, (text) => this.#show(text));
    this.#live = this.#terminal?.input ?? new LiveInput(kernel);
    disk.write(logPath(sandbox.config, config.name, config.attempt), this.logFile);
    this.id = id;
    this.sandbox = sandbox;
    this.config = config;
    this.startedAt = kernel.now;
    this.term = new Future(kernel);
    this.#shims = shims;
    this.#stop = stop;
  }

  /** The main process; alive or not. */
  get process(): Process | undefined {
    return this.#process;
  }

  get alive(): boolean {
    return this.#process?.alive === true;
  }

  /** undefined while it runs. */
  get exit(): ContainerExit | undefined {
    return this.#exit;
  }

  /** `pods/namespace/name`: what facts about it are about. */
  get subject(): string {
    return `pods/${this.sandbox.config.namespace}/${this.sandbox.config.name}`;
  }

  /** The standard input of the main program. */
  get input(): Input {
    return (this.config.stdin ? this.#live : undefined) ?? NO_INPUT;
  }

  /** Ctrl+C at its terminal, if it has one. */
  get interrupts(): Signal | undefined {
    return this.#terminal?.interrupts;
  }

  /** What somebody who has attached types. */
  type(data: string): void {
    if (!this.config.stdin) return;
    if (this.#terminal === undefined) this.#live?.push(data);
    else this.#terminal.type(data);
  }

  closeInput(): void {
    this.#live?.close();
  }

  /** Standard output and error of the main program. */
  write(text: string): void {
    if (this.#terminal === undefined) this.#show(text);
    else this.#terminal.write(text);
    this.#output.write(text);
  }

  #show(text: string): void {
    for (const viewer of this.viewers) viewer(text);
  }

  log(text: string | (() => string)): void {
    const { now: at } = this.#shims.host.kernel;
    if (typeof text !== "string") this.logFile.append({ at, text });
    else for (const line of text.split("\n")) this.logFile.append({ at, text: line });
  }

  /** Starts the main process. Called once. */
  start(program: Program): void {
    const { host } = this.#shims;
    const main: Program = (started) => {
      started.group = containerGroup(this.sandbox.config.podUid, this.config.name);
      started.output = (line) => this.log(line);
      return program(started);
    };
    const process = host.start(processName(host, this), main, this.sandbox.ip);
    this.#process = process;
    const { podUid } = this.sandbox.config;
    const data = { container: this.config.name, id: this.id, uid: podUid, attempt: this.config.attempt };
    process.fact("container-start", this.subject, data);
    process.exited.addWaiter({ settled: (status) => this.#ended(status as ExitStatus) });
    if (process.exited.settled) this.#ended(process.exited.value as ExitStatus);
  }

  /** SIGTERM, or the image's own stop signal. */
  terminate(): void {
    if (!this.alive || this.term.settled) return;
    this.term.resolve();
    if (this.#stop.kind === "handled") return;
    const { after, code } = this.#stop;
    this.#shims.host.kernel.schedule(after, (shim: ContainerShim) => shim.#end(code), this as ContainerShim);
  }

  /** SIGKILL. */
  kill(): void {
    this.#end(137);
  }

  #end(code: number): void {
    if (this.alive) this.#process?.kill({ code, reason: code === 0 ? "Completed" : "Error" });
  }

  #ended(status: ExitStatus): void {
    if (this.#exit !== undefined) return;
    const { code } = status;
    const fallback = code === 0 ? "Completed" : "Error";
    const reason = status.reason === "OOMKilled" ? "OOMKilled" : fallback;
    this.#exit = { code, reason, at: this.#shims.host.kernel.now };
    this.#output.flush();
    this.logFile.close();
    const { podUid } = this.sandbox.config;
    const data = { container: this.config.name, id: this.id, uid: podUid, exitCode: code, reason };
    this.#process?.fact("container-exit", this.subject, data);
    this.#shims.onExit?.(this);
  }
}

/** The shims of one host since it has power. */
export class Shims {
  readonly host: Host;
  readonly boot: number;
  readonly sandboxes = new Map<string, SandboxShim>();
  readonly containers = new Map<string, ContainerShim>();
  /** The runtime that is connected; told when a container ends. */
  onExit: ((shim: ContainerShim) => void) | undefined;

  constructor(host: Host) {
    this.host = host;
    this.boot = host.boots;
  }
}

const byHost = new WeakMap<Host, Shims>();

/** The shims of a host as it runs now. */
export function shimsOf(host: Host): Shims {
  const known = byHost.get(host);
  if (known !== undefined && known.boot === host.boots) return known;
  const fresh = new Shims(host);
  byHost.set(host, fresh);
  return fresh;
}

/** What really runs or has run on a host since it has power, for views and for breaking things; read only. */
export function containersOn(host: Host): readonly ContainerShim[] {
  return host.powered ? [...shimsOf(host).containers.values()] : [];
}

/**
 * The name of a container's process on its host: the container's own for pods in the host's network (that is what
 * the control plane's are known by), `pod/container` for others; made unique where names collide.
 */
function processName(host: Host, shim: ContainerShim): string {
  const { hostNetwork, namespace, name } = shim.sandbox.config;
  const plain = hostNetwork ? shim.config.name : `${name}/${shim.config.name}`;
  if (!host.processes.has(plain)) return plain;
  const full = `${namespace}/${name}/${shim.config.name}`;
  return host.processes.has(full) ? `${full}/${shim.id.slice(0, 8)}` : full;
}
