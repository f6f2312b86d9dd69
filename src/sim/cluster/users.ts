import type { Network } from "../kernel/network";
import type { Program } from "../kernel/process";
import { SECOND } from "../kernel/time";
import { usersProgram, type TrafficControl, type UsersView } from "../node/traffic/users";
import type { Recorded } from "./recorded";

/** Outcomes older than this do not count any more. */
const WINDOW = 10 * SECOND;

/** How users fared in the last ten seconds. */
export interface TrafficOutcomes {
  readonly total: number;
  readonly ok: number;
  readonly lastError: string;
}

/**
 * The people outside. They know the address that was published for the Service `web`: its load balancer's, or
 * on-premises that of some worker and the node port.
 */
export class Users {
  readonly program: Program;
  readonly control: TrafficControl;
  readonly #network: Network;
  readonly #recorded: Recorded;

  constructor(recorded: Recorded, network: Network, requestsPerSecond: number) {
    this.#recorded = recorded;
    this.#network = network;
    this.control = { requestsPerSecond, target: () => this.#target() };
    this.program = usersProgram(this.control);
  }

  outcomes(): TrafficOutcomes {
    const view = this.#network.host("users").processes.get("users")?.view as UsersView | undefined;
    return view?.recent(WINDOW) ?? { total: 0, ok: 0, lastError: "" };
  }

  #target(): { ip: string; port: number } | undefined {
    this.#recorded.refresh();
    const service = this.#recorded.services.get("default/web");
    const port = service?.spec.ports?.[0];
    if (service === undefined || port === undefined) return undefined;
    const ip = service.status.loadBalancer?.ingress?.[0]?.ip;
    if (ip !== undefined) return { ip, port: port.port };
    const worker = [...this.#network.hosts.values()].find((h) => h.kind === "worker");
    if (worker === undefined || port.nodePort === undefined) return undefined;
    return { ip: worker.ip, port: port.nodePort };
  }
}
