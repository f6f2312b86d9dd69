import { EventRecorder } from "../client/event-recorder";
import { InformerFactory } from "../client/informer-factory";
import type { RestClient } from "../client/rest-client";
import type { Process } from "../kernel/process";
import { ServedKinds } from "./served-kinds";

/** Requests a second and at once that each controller's client may send. */
export const CONTROLLER_QPS = 20;
export const CONTROLLER_BURST = 30;

/** What a controller gets to work with. */
export interface ControllerContext {
  readonly process: Process;
  /** One copy of each collection for all controllers. */
  readonly informers: InformerFactory;
  /** What the API serves. */
  readonly kinds: ServedKinds;
  /** A client of the controller's own; factors raise its limits for the talkative. */
  client(name: string, qpsFactor?: number, burstFactor?: number): RestClient;
  /** Writes Events in the name of a component, e.g. `deployment-controller`. */
  recorder(component: string): EventRecorder;
  /** The cluster's certificate authority, as text. */
  readonly rootCa: string;
  /** Addresses of pods, e.g. `10.244.0.0/16`. */
  readonly clusterCidr: string;
}

export interface ContextOptions {
  readonly rootCa?: string | undefined;
  readonly clusterCidr?: string | undefined;
}

const ROOT_CA = [
  "-----BEGIN CERTIFICATE-----",
  "a3ViYXJpdW0gc2ltdWxhdGVkIGNsdXN0ZXIgY2VydGlmaWNhdGUgYXV0aG9yaXR5",
  "-----END CERTIFICATE-----",
  "",
].join("\n");

/** The context of all controllers of a process; `base` is its connection to the API server. */
export function makeContext(
  process: Process,
  base: RestClient,
  agent: string,
  options: ContextOptions = {},
): ControllerContext {
  const limits = (name: string, qps: number, burst: number) => ({
    userAgent: `${agent}/${name}`,
    qps: CONTROLLER_QPS * qps,
    burst: CONTROLLER_BURST * burst,
  });
  const informers = new InformerFactory(base.sibling(limits("shared-informers", 1, 1)));
  return {
    process,
    informers,
    kinds: new ServedKinds(informers),
    client: (name, qpsFactor = 1, burstFactor = 1) => base.sibling(limits(name, qpsFactor, burstFactor)),
    recorder: (component) => new EventRecorder(base.sibling(limits(component, 1, 1)), component),
    rootCa: options.rootCa ?? ROOT_CA,
    clusterCidr: options.clusterCidr ?? "10.244.0.0/16",
  };
}
