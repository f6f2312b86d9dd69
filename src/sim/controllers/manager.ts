/**
 * kube-controller-manager: one process that runs all controllers, as long as it leads
 * (`cmd/kube-controller-manager/app/controllermanager.go`).
 */
import type { ApiResponse, ClientCertificate } from "../api/http";
import { klog, klogS } from "../api/klog";
import { EventRecorder } from "../client/event-recorder";
import { LeaderElector } from "../client/leader-election";
import { RestClient } from "../client/rest-client";
import type { Exchange } from "../kernel/connection";
import type { Process, Program } from "../kernel/process";
import { SECOND } from "../kernel/time";
import { CONTROLLER_BURST, CONTROLLER_QPS, makeContext, type ContextOptions } from "./context";
import type { ControllerView, Engine } from "./engine";
import { CONTROLLERS, type ControllerEntry } from "./table";

export const MANAGER_PORT = 10257;
const AGENT = "kube-controller-manager";
const IDENTITY: ClientCertificate = { commonName: "system:kube-controller-manager", organizations: [] };

export interface ControllerManagerOptions extends ContextOptions {
  /** Address of the API server; default: that of its own host. */
  readonly apiIp?: string | undefined;
  /** Default 6443. */
  readonly apiPort?: number | undefined;
  /** The controllers to run; default: all. */
  readonly controllers?: readonly ControllerEntry[] | undefined;
  readonly identity?: ClientCertificate | undefined;
}

/** What the manager shows of itself (`process.view`). */
export class ControllerManagerView {
  readonly #elector: LeaderElector;
  readonly #engines: readonly Engine[];
  /** Its name among the candidates. */
  readonly identity: string;

  constructor(identity: string, elector: LeaderElector, engines: readonly Engine[]) {
    this.identity = identity;
    this.#elector = elector;
    this.#engines = engines;
  }

  get leading(): boolean {
    return this.#elector.leading;
  }

  /** Who leads, as far as it knows; `""`: not known. */
  get leader(): string {
    return this.#elector.leader;
  }

  /** Its controllers, in order of start; none unless it leads. Live objects: read, do not keep. */
  get controllers(): readonly ControllerView[] {
    return this.#engines;
  }
}

/** The program of a kube-controller-manager. It exits when it loses its lease. */
export function controllerManagerProgram(options: ControllerManagerOptions = {}): Program {
  return function* main(process) {
    process.cpuMilli = 12;
    process.memoryBytes = 60 * 1024 * 1024;
    klogS(process, "I", "controllermanager.go:189", "Starting", { version: "v1.35.2" });
    const base = new RestClient(process, {
      ip: options.apiIp ?? process.host.ip,
      port: options.apiPort ?? 6443,
      identity: options.identity ?? IDENTITY,
      userAgent: AGENT,
      qps: CONTROLLER_QPS,
      burst: CONTROLLER_BURST,
    });
    process.listen(MANAGER_PORT, serveHealth);
    klog(process, "I", "secure_serving.go:211", `Serving securely on [::]:${MANAGER_PORT}`);
    const identity = `${process.host.name}_${uniqueId(process)}`;
    const electing = base.sibling({ userAgent: `${AGENT}/leader-election`, timeout: 5 * SECOND });
    const engines: Engine[] = [];
    const elector = new LeaderElector(process, electing, {
      namespace: "kube-system",
      name: AGENT,
      identity,
      recorder: new EventRecorder(electing, identity),
      onStartedLeading: () => run(process, base, options, engines),
    });
    process.view = new ControllerManagerView(identity, elector, engines);
    yield* elector.run();
    klogS(process, "E", "controllermanager.go:336", "leaderelection lost");
    process.exit(1, "Error");
  };
}

function run(process: Process, base: RestClient, options: ControllerManagerOptions, engines: Engine[]): void {
  const context = makeContext(process, base, AGENT, options);
  const entries = options.controllers ?? CONTROLLERS;
  const controllers = entries.map((entry) => entry.make(context));
  for (const { engine } of controllers) {
    if ("length" in engine) engines.push(...engine);
    else engines.push(engine);
  }
  context.informers.start(process);
  for (const controller of controllers) controller.start();
  for (const { name } of entries) {
    klogS(process, "I", "controllermanager.go:797", "Started controller", { controller: name });
  }
}

/** Like a random UUID. */
function uniqueId(process: Process): string {
  const rng = process.kernel.rng(`identity/${process.id}`);
  const hex = (n: number): string => n.toString(16).padStart(8, "0");
  const all = hex(rng.next()) + hex(rng.next()) + hex(rng.next()) + hex(rng.next());
  const part = (from: number, to: number): string => all.slice(from, to);
  return `${part(0, 8)}-${part(8, 12)}-4${part(13, 16)}-a${part(17, 20)}-${part(20, 32)}`;
}

function serveHealth(exchange: Exchange): void {
  exchange.respond({ status: 200, headers: {}, body: "ok" } satisfies ApiResponse, true);
}
