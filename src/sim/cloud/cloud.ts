import { assert } from "../../shared/assert";
import type { ApiRequest, ApiResponse } from "../api/http";
import type { Exchange } from "../kernel/connection";
import type { Host } from "../kernel/host";
import type { Process, Program } from "../kernel/process";
import type { Task } from "../kernel/task";
import { MINUTE, MS, SECOND } from "../kernel/time";
import {
  CLOUD_PORT,
  PROVIDER,
  REGION,
  type CloudRoute,
  type LoadBalancerInfo,
  type LoadBalancerSpec,
  type Machine,
} from "./cloud-api";
import { LoadBalancer, type Target } from "./load-balancer";

const GIB = 1024 * 1024 * 1024;
/** Outside addresses: 203.0.113.10 and on. */
const OUTSIDE = "203.0.113.";
const FIRST_ADDRESS = 10;
const LAST_ADDRESS = 254;
const CREATION_SHORTEST = 8 * SECOND;
const CREATION_LONGEST = 20 * SECOND;
const CHANGE_TIME = 1 * SECOND;
const DELETION_TIME = 3 * SECOND;
const ROUTE_TIME = 500 * MS;
const LB_RESTART = 2 * SECOND;

interface RentedMachine {
  readonly host: Host;
  readonly zone: string;
}

/** What the cloud's API shows of itself. */
export interface CloudApiView {
  readonly outage: boolean;
  readonly machines: readonly Machine[];
  readonly loadBalancers: readonly LoadBalancerInfo[];
  readonly routes: readonly CloudRoute[];
}

/**
 * A cloud provider: what it has rented out, and the API by which customers order. What is rented lasts, whatever
 * happens to the API.
 */
export class Cloud {
  /** The API stops answering while this is true. */
  outage = false;
  readonly #host: Host;
  readonly #machines = new Map<string, RentedMachine>();
  /** By block of addresses. */
  readonly #routes = new Map<string, CloudRoute>();
  readonly #balancers = new Map<string, LoadBalancer>();
  readonly #addresses = new Set<number>();

  /** `host`: where the API and the load balancers run. */
  constructor(host: Host) {
    this.#host = host;
    host.kernel.network.setRoute(OUTSIDE, host);
  }

  get machineCount(): number {
    return this.#machines.size;
  }

  get loadBalancerCount(): number {
    return this.#balancers.size;
  }

  get routeCount(): number {
    return this.#routes.size;
  }

  /** A machine is rented out. */
  addMachine(host: Host, zone: string): void {
    this.#machines.set(host.name, { host, zone });
  }

  /** A machine is given back: for customers it is gone. Call it before its host goes. */
  removeMachine(name: string): void {
    this.#machines.delete(name);
  }

  /** The program of the API's process. */
  readonly program: Program = (process) => this.#serve(process);

  *#serve(process: Process): Task {
    process.view = this.#view();
    process.listen(CLOUD_PORT, (exchange) => {
      if (!this.outage) process.spawn("request", this.#answer(process, exchange));
    });
    for (const balancer of this.#balancers.values()) this.#supervise(process, balancer);
    for (;;) yield 60 * MINUTE;
  }

  *#answer(process: Process, exchange: Exchange): Task {
    const request = exchange.request as ApiRequest;
    const [, , kind = "", id = ""] = request.path.split("/");
    const response = yield* this.#handle(process, `${request.method} ${kind}`, id, request.body);
    if (!this.outage) exchange.respond(response);
  }

  *#handle(process: Process, what: string, id: string, body: unknown): Task<ApiResponse> {
    switch (what) {
      case "GET machines":
        return id === "" ? done(this.#allMachines()) : this.#oneMachine(id);
      case "GET routes":
        return done([...this.#routes.values()]);
      case "POST routes":
        yield ROUTE_TIME;
        return this.#addRoute(body as CloudRoute);
      case "DELETE routes":
        yield ROUTE_TIME;
        this.#removeRoute(id.replace("-", "/"));
        return done(undefined);
      case "PUT load-balancers":
        return yield* this.#ensureBalancer(process, id, body as LoadBalancerSpec);
      case "DELETE load-balancers":
        yield DELETION_TIME;
        this.#removeBalancer(id);
        return done(undefined);
      default:
        return failed(404, `no such operation: ${what}`);
    }
  }

  #allMachines(): Machine[] {
    return [...this.#machines.values()].map(describe);
  }

  #oneMachine(name: string): ApiResponse {
    const machine = this.#machines.get(name);
    return machine === undefined ? failed(404, `machine ${name} not found`) : done(describe(machine));
  }

  #addRoute(route: CloudRoute): ApiResponse {
    const machine = this.#machines.get(route.machine);
    if (machine === undefined) return failed(404, `machine ${route.machine} not found`);
    this.#routes.set(route.cidr, route);
    this.#host.kernel.network.setRoute(prefixOf(route.cidr), machine.host);
    return done(route);
  }

  #removeRoute(cidr: string): void {
    if (this.#routes.delete(cidr)) this.#host.kernel.network.setRoute(prefixOf(cidr), null);
  }

  *#ensureBalancer(process: Process, name: string, spec: LoadBalancerSpec): Task<ApiResponse> {
    let balancer = this.#balancers.get(name);
    if (balancer === undefined) {
      yield process.kernel.rng("cloud").between(CREATION_SHORTEST, CREATION_LONGEST);
      // Ordered twice, as the first order was answered too late: there is one of a name.
      balancer = this.#balancers.get(name);
    } else yield CHANGE_TIME;
    if (balancer === undefined) {
      const address = this.#takeAddress();
      if (address === undefined) return failed(429, "no addresses left: quota exceeded");
      balancer = new LoadBalancer(name, spec.service, address);
      this.#balancers.set(name, balancer);
      balancer.configure(spec, this.#targets(spec.machines));
      process.fact("load-balancer", spec.service, { name, ip: address });
      this.#supervise(process, balancer);
    } else balancer.configure(spec, this.#targets(spec.machines));
    return done(info(balancer));
  }

  #removeBalancer(name: string): void {
    const balancer = this.#balancers.get(name);
    if (balancer === undefined) return;
    this.#balancers.delete(name);
    this.#addresses.delete(Number(balancer.ip.slice(OUTSIDE.length)));
    balancer.stop();
    this.#host.removeAddress(balancer.ip);
  }

  #takeAddress(): string | undefined {
    for (let n = FIRST_ADDRESS; n <= LAST_ADDRESS; n++) {
      if (this.#addresses.has(n)) continue;
      this.#addresses.add(n);
      return `${OUTSIDE}${n}`;
    }
    return undefined;
  }

  #targets(names: readonly string[]): Target[] {
    const targets: Target[] = [];
    for (const name of names) {
      const machine = this.#machines.get(name);
      if (machine !== undefined) targets.push({ name, ip: machine.host.ip });
    }
    return targets;
  }

  #supervise(process: Process, balancer: LoadBalancer): void {
    process.spawn(`supervise ${balancer.name}`, this.#keepRunning(balancer));
  }

  /** Starts a load balancer's process, and again when it ends, as long as it is rented. */
  *#keepRunning(balancer: LoadBalancer): Task {
    const name = `lb-${balancer.service.replace("/", "-")}`;
    while (this.#balancers.get(balancer.name) === balancer) {
      this.#host.addAddress(balancer.ip);
      const running = this.#host.processes.get(name);
      yield* (running ?? this.#host.start(name, balancer.program, balancer.ip)).exited;
      yield LB_RESTART;
    }
  }

  #view(): CloudApiView {
    const outage = () => this.outage;
    const machines = () => this.#allMachines();
    const balancers = () => [...this.#balancers.values()];
    const routes = () => [...this.#routes.values()];
    return {
      get outage() {
        return outage();
      },
      get machines() {
        return machines();
      },
      get loadBalancers() {
        return balancers().map(info);
      },
      get routes() {
        return routes();
      },
    };
  }
}

function describe({ host, zone }: RentedMachine): Machine {
  return {
    name: host.name,
    providerId: `${PROVIDER}://${zone}/${host.name}`,
    instanceType: `standard-${Math.floor(host.cpuMilli / 1000)}x${Math.floor(host.memoryBytes / GIB)}`,
    zone,
    region: REGION,
    ip: host.ip,
    state: host.powered ? "running" : "stopped",
  };
}

function info(balancer: LoadBalancer): LoadBalancerInfo {
  const { name, ip, service, ports, machines, localOnly } = balancer;
  return { name, ip, service, ports, machines, localOnly };
}

/** `10.244.3.` of `10.244.3.0/24`. */
function prefixOf(cidr: string): string {
  assert(cidr.endsWith(".0/24"), () => `${cidr} is no /24`);
  return cidr.slice(0, -"0/24".length);
}

function done(body: unknown): ApiResponse {
  return { status: 200, headers: {}, body };
}

function failed(status: number, message: string): ApiResponse {
  return { status, headers: {}, body: message };
}
