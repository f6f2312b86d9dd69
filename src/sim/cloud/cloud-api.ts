import type { ApiRequest, ApiResponse, HttpMethod } from "../api/http";
import type { Process } from "../kernel/process";
import { Channel } from "../kernel/connection";
import type { Task } from "../kernel/task";
import { SECOND, type Micros } from "../kernel/time";
import { err, ok, type Result } from "../../shared/result";

/** The port of the cloud's API. */
export const CLOUD_PORT = 443;
/** What the provider is called in provider ids. */
export const PROVIDER = "kubarium";
export const REGION = "region-1";

/** A rented machine. */
export interface Machine {
  readonly name: string;
  /** `kubarium://zone-a/worker-1`. */
  readonly providerId: string;
  readonly instanceType: string;
  readonly zone: string;
  readonly region: string;
  readonly ip: string;
  readonly state: "running" | "stopped";
}

/** Packets for a block of addresses go to a machine. */
export interface CloudRoute {
  /** E.g. `10.244.3.0/24`. */
  readonly cidr: string;
  readonly machine: string;
}

export interface BalancedPort {
  readonly port: number;
  readonly nodePort: number;
}

/** What a load balancer is ordered with. */
export interface LoadBalancerSpec {
  /** Whom it is for, `namespace/name` of the Service. */
  readonly service: string;
  readonly ports: readonly BalancedPort[];
  /**
   * Only machines that run pods of the Service take its connections (externalTrafficPolicy Local): their node ports
   * are checked. Otherwise every machine takes them on, and it is asked whether it can.
   */
  readonly localOnly: boolean;
  /** Names of the machines behind it. */
  readonly machines: readonly string[];
}

/** A load balancer as rented. */
export interface LoadBalancerInfo extends LoadBalancerSpec {
  readonly name: string;
  readonly ip: string;
}

/** Why a request failed; code 0: no answer. */
export interface CloudError {
  readonly code: number;
  readonly message: string;
}

type Answer<T> = Task<Result<T, CloudError>>;

const HEADERS = { accept: "application/json", "user-agent": "cloud-controller-manager" };
const POLL_LIMIT = 10 * SECOND;
/** Load balancers take long to make. */
const ORDER_LIMIT = 120 * SECOND;

/** Talks to the cloud's API. */
export class CloudClient {
  readonly #channel: Channel;

  constructor(process: Process, ip: string) {
    this.#channel = new Channel(process, ip, CLOUD_PORT);
  }

  /** A machine by name; undefined if there is none. */
  *machine(name: string): Answer<Machine | undefined> {
    const found = yield* this.#call<Machine>("GET", `/v1/machines/${name}`, undefined, POLL_LIMIT);
    return found.ok || found.error.code !== 404 ? found : ok(undefined);
  }

  *machines(): Answer<readonly Machine[]> {
    return yield* this.#call("GET", "/v1/machines", undefined, POLL_LIMIT);
  }

  *routes(): Answer<readonly CloudRoute[]> {
    return yield* this.#call("GET", "/v1/routes", undefined, POLL_LIMIT, true);
  }

  *createRoute(route: CloudRoute): Answer<unknown> {
    return yield* this.#call("POST", "/v1/routes", route, POLL_LIMIT, false);
  }

  *deleteRoute(cidr: string): Answer<unknown> {
    return yield* this.#call("DELETE", `/v1/routes/${cidr.replace("/", "-")}`, undefined, POLL_LIMIT, false);
  }

  /** Makes or changes a load balancer; answers when it is there. */
  *ensureLoadBalancer(name: string, spec: LoadBalancerSpec): Answer<LoadBalancerInfo> {
    return yield* this.#call("PUT", `/v1/load-balancers/${name}`, spec, ORDER_LIMIT, false);
  }

  /** Gives a load balancer back; that there is none is fine. */
  *deleteLoadBalancer(name: string): Answer<unknown> {
    return yield* this.#call("DELETE", `/v1/load-balancers/${name}`, undefined, ORDER_LIMIT, false);
  }

  *#call<T>(method: HttpMethod, path: string, body: unknown, timeout: Micros, quiet?: boolean): Answer<T> {
    const request: ApiRequest = { method, path, query: {}, headers: HEADERS, body };
    const answer = yield* this.#channel.call(request, quiet === undefined ? { timeout } : { timeout, quiet });
    if (!answer.ok) return err({ code: 0, message: `${method} ${path}: ${answer.error}` });
    const { status, body: content } = answer.value as ApiResponse;
    return status < 400 ? ok(content as T) : err({ code: status, message: String(content) });
  }
}
