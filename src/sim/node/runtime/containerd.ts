import { assertDefined, assertNever } from "../../../shared/assert";
import { ok } from "../../../shared/result";
import type { Exchange } from "../../kernel/connection";
import { Future } from "../../kernel/future";
import type { Process, Program } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import type { ImagePrograms } from "./container-program";
import { ContainerService } from "./container-service";
import {
  CRI_SOCKET,
  type ContainerEvent,
  type CriCalls,
  type CriAttachRequest,
  type CriEventsRequest,
  type CriExecRequest,
  type CriMethod,
  type CriRequest,
  type CriResult,
  type PodStatus,
  type RuntimeStatus,
} from "./cri/types";
import { Cni } from "./cni";
import { ImageStore, type Pull } from "./image-store";
import { SandboxService } from "./sandbox-service";
import { shimsOf } from "./shims";
import { Store } from "./store";

export interface ContainerdOptions {
  /** Images that are on the disk from the beginning. */
  readonly preloadedImages?: readonly string[];
  /** Programs of component images by repository. */
  readonly programs?: ImagePrograms;
  /** Its network plugin tells routers where the node's pods are; default: somebody else sets their routes. */
  readonly announcesRoutes?: boolean;
}

/** What containerd shows of itself (`process.view`). */
export interface ContainerdView {
  /** What it knows of each pod, newest sandboxes and containers first. */
  pods(): readonly PodStatus[];
  /** Image pulls under way, by normalized reference. */
  readonly pulls: ReadonlyMap<string, Pull>;
}

/** The container runtime of a host: a service that speaks CRI on the socket `containerd.sock`. */
export function containerdProgram(options: ContainerdOptions = {}): Program {
  return function* main(process) {
    const containerd = new Containerd(process, options);
    process.view = containerd satisfies ContainerdView;
    process.cpuMilli = 10;
    process.memoryBytes = 60 * 1024 * 1024;
    process.listen(CRI_SOCKET, (exchange) => containerd.serve(exchange));
    yield* new Future<void>(process.kernel);
  };
}

const NETWORK_NOT_READY: RuntimeStatus = {
  runtime: { ready: true, reason: "", message: "" },
  network: {
    ready: false,
    reason: "NetworkPluginNotReady",
    message: "Network plugin returns error: cni plugin not initialized",
  },
};
const READY: RuntimeStatus = {
  runtime: { ready: true, reason: "", message: "" },
  network: { ready: true, reason: "", message: "" },
};

class Containerd implements ContainerdView {
  readonly #subscribers = new Set<Exchange>();
  readonly #process: Process;
  readonly #store: Store;
  readonly #cni: Cni;
  readonly #images: ImageStore;
  readonly #sandboxes: SandboxService;
  readonly #containers: ContainerService;

  constructor(process: Process, options: ContainerdOptions) {
    this.#process = process;
    this.#cni = new Cni(process.host, options.announcesRoutes ?? false);
    this.#store = new Store(process, (event) => this.#publish(event));
    this.#images = new ImageStore(process, options.preloadedImages ?? []);
    this.#containers = new ContainerService(process, this.#store, this.#images, options.programs ?? {});
    this.#sandboxes = new SandboxService(process, this.#store, this.#cni, this.#containers);
    for (const status of this.#store.sandboxes.values()) if (status.ip !== "") this.#cni.keep(status.ip);
    shimsOf(process.host).onExit = (shim) => {
      if (process.alive) this.#containers.exited(shim);
    };
  }

  pods(): readonly PodStatus[] {
    return this.#store.pods(undefined);
  }

  get pulls(): ReadonlyMap<string, Pull> {
    return this.#images.pulls;
  }

  /** Answers one request: at once where it only looks something up, else when its task is done. */
  serve(exchange: Exchange): void {
    const request = exchange.request as CriRequest | CriEventsRequest | CriExecRequest | CriAttachRequest;
    switch (request.method) {
      case "GetContainerEvents":
        this.#subscribe(exchange);
        break;
      case "Exec":
      case "Attach":
        this.#process.spawn(request.method, this.#containers.session(exchange, request));
        break;
      case "ListPodSandbox":
        reply<"ListPodSandbox">(exchange, ok(this.#store.pods(request.podUids)));
        break;
      case "ListContainers":
        reply<"ListContainers">(exchange, ok(this.#containers.list(request.podUid)));
        break;
      case "ContainerStatus":
        reply<"ContainerStatus">(exchange, this.#containers.status(request.containerId));
        break;
      case "ContainerStats":
        reply<"ContainerStats">(exchange, ok(this.#containers.stats()));
        break;
      case "ImageStatus":
        reply<"ImageStatus">(exchange, ok(this.#images.find(request.image) ?? null));
        break;
      case "ListImages":
        reply<"ListImages">(exchange, ok(this.#images.list()));
        break;
      case "RemoveImage":
        this.#images.remove(request.image);
        reply<"RemoveImage">(exchange, ok(null));
        break;
      case "Status":
        reply<"Status">(exchange, ok(this.#cni.prefix === undefined ? NETWORK_NOT_READY : READY));
        break;
      case "UpdateRuntimeConfig":
        if (request.podCidr !== "") this.#cni.configure(request.podCidr);
        reply<"UpdateRuntimeConfig">(exchange, ok(null));
        break;
      default:
        this.#process.spawn(request.method, this.#work(exchange, request));
    }
  }

  *#work(exchange: Exchange, request: LongRequest): Task {
    exchange.respond(yield* this.#execute(request));
  }

  *#execute(request: LongRequest): Task<CriResult<CriMethod>> {
    switch (request.method) {
      case "RunPodSandbox":
        return yield* this.#sandboxes.run(request.config);
      case "StopPodSandbox":
        return yield* this.#sandboxes.stop(request.sandboxId);
      case "RemovePodSandbox":
        return yield* this.#sandboxes.remove(request.sandboxId);
      case "CreateContainer":
        return yield* this.#containers.create(request.sandboxId, request.config);
      case "StartContainer":
        return yield* this.#containers.start(request.containerId);
      case "StopContainer":
        return yield* this.#containers.stop(request.containerId, request.timeout);
      case "UpdateContainerResources":
        return yield* this.#containers.update(request.containerId, request.resources);
      case "RemoveContainer":
        return yield* this.#containers.remove(request.containerId);
      case "ExecSync":
        return yield* this.#containers.exec(request.containerId, request.command, request.timeout);
      case "PullImage":
        return yield* this.#images.pull(request.image, request.podUid);
      default:
        return assertNever(request);
    }
  }

  #subscribe(exchange: Exchange): void {
    exchange.begin(null);
    this.#subscribers.add(exchange);
    exchange.closed.addWaiter({ settled: () => this.#subscribers.delete(exchange) });
  }

  #publish(event: ContainerEvent): void {
    for (const subscriber of this.#subscribers) subscriber.push(event);
  }
}

type LongRequest = Extract<
  CriRequest,
  {
    method:
      | "RunPodSandbox"
      | "StopPodSandbox"
      | "RemovePodSandbox"
      | "CreateContainer"
      | "StartContainer"
      | "StopContainer"
      | "RemoveContainer"
      | "UpdateContainerResources"
      | "ExecSync"
      | "PullImage";
  }
>;

function reply<M extends keyof CriCalls>(exchange: Exchange, result: CriResult<M>): void {
  exchange.respond(result);
}

/** containerd's view, from its process; undefined while it does not run. */
export function containerdView(process: Process | undefined): ContainerdView | undefined {
  return process?.alive === true ? (assertDefined(process.view) as ContainerdView) : undefined;
}
