import type { ApiResponse, ClientCertificate } from "../api/http";
import { klog, klogS } from "../api/klog";
import { nodes } from "../api/kinds/node";
import { services } from "../api/kinds/service";
import { EventRecorder } from "../client/event-recorder";
import { InformerFactory } from "../client/informer-factory";
import { LeaderElector } from "../client/leader-election";
import { RestClient } from "../client/rest-client";
import type { Process, Program } from "../kernel/process";
import type { Task } from "../kernel/task";
import { SECOND } from "../kernel/time";
import { CloudClient } from "./cloud-api";
import { NodeController } from "./node-controller";
import { NodeLifecycleController } from "./node-lifecycle-controller";
import { RouteController } from "./route-controller";
import { ServiceController } from "./service-controller";
import type { CloudTools } from "./tools";

export interface CloudControllerManagerOptions {
  /** Address of the API server; default: the process's own, port 6443. */
  readonly ip?: string;
  readonly port?: number;
  /** Address of the cloud's API. */
  readonly cloudIp: string;
  readonly identity?: ClientCertificate;
}

/** What it shows of itself. Live: read it, never keep it. */
export interface CloudControllerManagerView {
  readonly leading: boolean;
  readonly leader: string;
  /** Length of each controller's queue; empty while it does not lead. */
  readonly queues: readonly { readonly name: string; readonly length: number }[];
}

const NAME = "cloud-controller-manager";
const HEALTH_PORT = 10258;
const CONTROLLERS = [
  "cloud-node-controller",
  "cloud-node-lifecycle-controller",
  "service-lb-controller",
  "node-route-controller",
];
const QPS = 20;
const BURST = 30;
const IDENTITY: ClientCertificate = {
  commonName: "system:cloud-controller-manager",
  organizations: ["system:masters"],
};

/** cloud-controller-manager: what the cluster wants of its cloud. Exits when it loses its lease. */
export function cloudControllerManagerProgram(options: CloudControllerManagerOptions): Program {
  return function* cloudControllerManager(process) {
    process.cpuMilli = 4;
    process.memoryBytes = 30 * 1024 * 1024;
    klog(process, "I", "controllermanager.go:169", "Version: v1.35.2");
    const client = new RestClient(process, {
      ip: options.ip ?? process.ip,
      port: options.port ?? 6443,
      identity: options.identity ?? IDENTITY,
      userAgent: NAME,
      qps: QPS,
      burst: BURST,
    });
    process.listen(HEALTH_PORT, (exchange) =>
      exchange.respond({ status: 200, headers: {}, body: "ok" } satisfies ApiResponse),
    );
    klog(process, "I", "secure_serving.go:211", `Serving securely on [::]:${HEALTH_PORT}`);
    const queues: { readonly name: string; readonly length: number }[] = [];
    const electing = client.sibling({ userAgent: `${NAME}/leader-election`, timeout: 5 * SECOND });
    const elector = new LeaderElector(process, electing, {
      namespace: "kube-system",
      name: NAME,
      identity: `${process.host.name}_${process.pid}`,
      recorder: new EventRecorder(electing, NAME),
      onStartedLeading: () => process.spawn("controllers", lead(process, client, options.cloudIp, queues)),
    });
    process.view = {
      get leading() {
        return elector.leading;
      },
      get leader() {
        return elector.leader;
      },
      queues,
    } satisfies CloudControllerManagerView;
    yield* elector.run();
    klogS(process, "E", "controllermanager.go:261", "leaderelection lost");
    process.exit(1, "Error");
  };
}

function* lead(
  process: Process,
  client: RestClient,
  cloudIp: string,
  queues: { readonly name: string; readonly length: number }[],
): Task {
  const informers = new InformerFactory(client);
  const nodeInformer = informers.informer(nodes);
  const serviceInformer = informers.informer(services);
  const cloud = new CloudClient(process, cloudIp);
  const own = (name: string) => client.sibling({ userAgent: `${NAME}/${name}` });
  const tools = (name: string, component: string): CloudTools => ({
    process,
    client: own(name),
    cloud,
    recorder: new EventRecorder(own(component), component),
    nodes: nodeInformer,
  });
  const node = new NodeController(tools("node", "cloud-node-controller"));
  const lifecycle = new NodeLifecycleController(tools("node-lifecycle", "cloud-node-lifecycle-controller"));
  const route = new RouteController(tools("route", "route_controller"));
  const service = new ServiceController(tools("service", "service-controller"), serviceInformer);
  queues.push(node.queue, service.queue);
  informers.start(process);
  yield* informers.waitForSync();
  for (const controller of [node, lifecycle, service, route]) controller.start();
  for (const name of CONTROLLERS) klog(process, "I", "controllermanager.go:337", `Started "${name}"`);
}
