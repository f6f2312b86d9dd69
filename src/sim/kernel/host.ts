import { assert } from "../../shared/assert";
import { Disk } from "./disk";
import type { KernelEvent } from "./event-queue";
import type { Kernel } from "./kernel";
import type { Listener } from "./listener";
import { Process, type ExitStatus, type Program } from "./process";
import { SECOND, type Micros } from "./time";

/** A service of the operating system (systemd unit): started at boot, started again when it ends. */
export interface Unit {
  readonly name: string;
  readonly program: Program;
  /** Wait this long before starting it again. */
  readonly restartDelay: Micros;
}

/** Where a packet goes after the host's own address translation. */
export type Translation =
  | { readonly ip: string; readonly port: number }
  /** Refused with a reset (an ICMP reject). */
  | "reject"
  | "drop";

/**
 * The host's packet rules (netfilter): asked when a connection leaves one of its processes, and when one
 * arrives for an address of its own. `dst` is good for the call alone; `source` is the address it comes from
 * (a proxy's own). undefined: not translated.
 */
export type PacketRules = (
  dst: { readonly ip: string; readonly port: number },
  incoming: boolean,
  source: string,
) => Translation | undefined;

export interface HostOptions {
  readonly name: string;
  readonly ip: string;
  /** What it is, for those who draw it: master, worker, … */
  readonly kind: string;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  /** One-way time from it to the middle of the network. */
  readonly latency: Micros;
  /** From power-on until its services start; default 8 s. */
  readonly bootTime?: Micros;
}

/** A machine: power, a disk, addresses, processes. */
export class Host {
  readonly kernel: Kernel;
  readonly index: number;
  readonly name: string;
  readonly ip: string;
  readonly kind: string;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly latency: Micros;
  readonly bootTime: Micros;
  readonly disk: Disk;
  /** Live processes by name. */
  readonly processes = new Map<string, Process>();
  /** Times that it was powered on. */
  boots = 0;
  /** When it was last powered on. */
  bootedAt: Micros = 0;
  powered = false;
  /** Kernel state: lost with the power, not with the process that set it. */
  packetRules: PacketRules | undefined;
  /** CPU time of those processes that have ended. */
  #cpuOfEnded: Micros = 0;
  readonly #units: Unit[] = [];
  /** By port, then address: asked for every message, so no key is made up from both. */
  readonly #ports = new Map<number | string, Map<string, Listener>>();
  readonly #addresses = new Set<string>();
  readonly #restarts = new Map<string, KernelEvent>();
  /** Units that were stopped by hand: they stay so until they are started by hand, or with the next boot. */
  readonly #stopped = new Set<string>();

  constructor(kernel: Kernel, index: number, options: HostOptions) {
    this.kernel = kernel;
    this.index = index;
    this.name = options.name;
    this.ip = options.ip;
    this.kind = options.kind;
    this.cpuMilli = options.cpuMilli;
    this.memoryBytes = options.memoryBytes;
    this.latency = options.latency;
    this.bootTime = options.bootTime ?? 8 * SECOND;
    this.disk = new Disk(this);
  }

  /** CPU time that all its processes have used since it has power. */
  get cpuTime(): Micros {
    let total = this.#cpuOfEnded;
    for (const process of this.processes.values()) total += process.cpuTime;
    return total;
  }

  /** Adds a service that starts at every boot from now on. */
  addUnit(unit: Unit): void {
    this.#units.push(unit);
  }

  /** Names of its services. */
  get units(): readonly string[] {
    return this.#units.map((u) => u.name);
  }

  /** Ends a service, and does not start it again. */
  stopUnit(name: string): void {
    this.#stopped.add(name);
    this.#cancelRestart(name);
    this.processes.get(name)?.kill({ code: 0, reason: "Completed" });
  }

  /** Starts a service at once, unless it runs. */
  startUnit(name: string): void {
    this.#stopped.delete(name);
    this.#cancelRestart(name);
    const unit = this.#units.find((u) => u.name === name);
    if (unit !== undefined) this.#startUnit(unit);
  }

  /** Power on: after its boot time the services start. */
  powerOn(): void {
    if (this.powered) return;
    this.powered = true;
    this.boots++;
    this.bootedAt = this.kernel.now;
    this.#cpuOfEnded = 0;
    this.kernel.fact("power-on", this.name, { boots: this.boots }, { host: this.name, process: "" });
    this.kernel.network.hostChanged(this);
    const boot = this.boots;
    this.kernel.schedule(this.bootTime, (b: number) => this.#startUnits(b), boot, false);
  }

  /** Pulls the plug: processes vanish, the un-fsynced is lost, nobody is told. */
  powerOff(): void {
    if (!this.powered) return;
    this.kernel.fact("power-off", this.name, {}, { host: this.name, process: "" });
    this.powered = false;
    for (const event of this.#restarts.values()) this.kernel.cancel(event);
    this.#restarts.clear();
    this.#stopped.clear();
    for (const p of [...this.processes.values()]) p.vanish();
    this.processes.clear();
    this.#ports.clear();
    this.#addresses.clear();
    this.packetRules = undefined;
    this.disk.powerCut();
    this.kernel.network.hostChanged(this);
  }

  /** Starts a process. Its name is unique on the host. `ip`: its own network namespace's address (a pod's). */
  start(name: string, program: Program, ip: string = this.ip): Process {
    assert(this.powered, () => `${this.name} has no power: cannot start ${name}`);
    assert(!this.processes.has(name), () => `${this.name} already runs ${name}`);
    const process = new Process(this, name, program, ip);
    this.processes.set(name, process);
    process.fact("process-start", process.id, { pid: process.pid });
    process.main();
    return process;
  }

  /** The listener behind an address and port of this host, if any. */
  listener(ip: string, port: number | string): Listener | undefined {
    return this.#ports.get(port)?.get(ip);
  }

  /** Is an address that of one of its pods (a network namespace)? */
  ownsAddress(ip: string): boolean {
    return ip === this.ip || this.#addresses.has(ip);
  }

  /** Gives a pod's network namespace an address on this host; lost with the power. */
  addAddress(ip: string): void {
    this.#addresses.add(ip);
  }

  removeAddress(ip: string): void {
    this.#addresses.delete(ip);
  }

  /** Called by the process; false when another process has the port. */
  openPort(ip: string, listener: Listener): boolean {
    let onPort = this.#ports.get(listener.port);
    if (onPort === undefined) this.#ports.set(listener.port, (onPort = new Map()));
    if (onPort.has(ip)) return false;
    onPort.set(ip, listener);
    return true;
  }

  closePort(ip: string, listener: Listener): void {
    const onPort = this.#ports.get(listener.port);
    if (onPort?.get(ip) !== listener) return;
    onPort.delete(ip);
    if (onPort.size === 0) this.#ports.delete(listener.port);
  }

  /** Called by the process. */
  processEnded(process: Process, status: ExitStatus, silent: boolean): void {
    if (silent) return;
    this.#cpuOfEnded += process.cpuTime;
    this.processes.delete(process.name);
    process.fact("process-exit", process.id, status);
    const unit = this.#units.find((u) => u.name === process.name);
    if (unit === undefined || this.#stopped.has(unit.name)) return;
    const restart = this.kernel.schedule(
      unit.restartDelay,
      (u: Unit) => {
        this.#restarts.delete(u.name);
        this.#startUnit(u);
      },
      unit,
      false,
    );
    this.#restarts.set(unit.name, restart);
  }

  #cancelRestart(name: string): void {
    const restart = this.#restarts.get(name);
    if (restart !== undefined) this.kernel.cancel(restart);
    this.#restarts.delete(name);
  }

  #startUnits(boot: number): void {
    if (!this.powered || this.boots !== boot) return;
    for (const unit of this.#units) this.#startUnit(unit);
  }

  #startUnit(unit: Unit): void {
    if (!this.processes.has(unit.name)) this.start(unit.name, unit.program);
  }
}
