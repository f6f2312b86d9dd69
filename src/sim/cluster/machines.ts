import { Cloud } from "../cloud/cloud";
import type { Host } from "../kernel/host";
import type { Kernel } from "../kernel/kernel";
import type { Process } from "../kernel/process";
import { MS, SECOND } from "../kernel/time";
import { containerdProgram } from "../node/runtime/containerd";
import { RESTART_DELAY } from "../node/runtime/defaults";
import { containersOn } from "../node/runtime/shims";
import { kubeletProgram } from "../node/kubelet/kubelet";
import type { KubeletOptions } from "../node/kubelet/options";
import type { ClusterConfig } from "./commands";
import { componentImages, componentPrograms } from "./components";
import { MAX_WORKERS } from "./config";
import { loadBalancerProgram } from "./load-balancer";
import { MANIFEST_DIRECTORY, masterManifests, proxyManifest } from "./manifests";
import type { Recorded } from "./recorded";
import {
  ADDRESSES,
  addMaster,
  addOutside,
  addWorker,
  masterIp,
  masterName,
  podCidr,
  zoneOf,
} from "./topology";
import { diskFiles, type Folders } from "../terminal/disk-files";
import { installedPrograms } from "../terminal/programs/installed";
import { sshdProgram } from "../terminal/sshd";
import { Terminals } from "../terminal/terminal";
import { Users } from "./users";
import { Workstation } from "./workstation";
import { furnishNode } from "./node-disk";
import { furnish, introduce } from "./workstation-disk";

/** systemd starts a service again after this long (kubelet.service: RestartSec=10). */
const KUBELET_RESTART = 10 * SECOND;
/** ssh.service says nothing about it: systemd's own DefaultRestartSec. */
const SSHD_RESTART = 100 * MS;
const OTHER_RESTART = 3 * SECOND;

/** The machines of a cluster and what stands around them, each with what is installed on it. */
export class Machines {
  readonly kernel: Kernel;
  readonly config: ClusterConfig;
  readonly workstation: Workstation;
  /** The operator's terminals, and the files of the machine on which they are. */
  readonly terminals: Terminals;
  readonly workstationFiles: Folders;
  readonly users: Users;
  /** undefined on-premises. */
  readonly cloud: Cloud | undefined;
  readonly #workstation: Host;
  readonly #masters: readonly { readonly name: string; readonly ip: string }[];
  #lastWorker = 0;

  constructor(kernel: Kernel, config: ClusterConfig, recorded: Recorded) {
    this.kernel = kernel;
    this.config = config;
    const outside = addOutside(kernel);
    this.workstation = new Workstation({ ip: ADDRESSES.loadBalancer, port: ADDRESSES.apiPort });
    this.#workstation = outside.workstation;
    this.terminals = new Terminals(furnish(outside.workstation, config.masters));
    this.workstationFiles = diskFiles(outside.workstation.disk);
    this.users = new Users(recorded, kernel.network, config.traffic);
    this.cloud = config.cloud ? new Cloud(outside.cloud) : undefined;
    const masters = Array.from({ length: config.masters }, (_, i) => i + 1);
    this.#masters = masters.map((i) => ({ name: masterName(i), ip: masterIp(i) }));
    const install = (host: Host, name: string, program: Parameters<Host["addUnit"]>[0]["program"]): void =>
      host.addUnit({ name, program, restartDelay: OTHER_RESTART });
    install(outside.loadBalancer, "haproxy", loadBalancerProgram(ADDRESSES.apiPort, this.#masters));
    install(outside.workstation, "kubectl", this.workstation.program);
    install(outside.users, "users", this.users.program);
    if (this.cloud !== undefined) install(outside.cloud, "cloud", this.cloud.program);
    for (const h of Object.values(outside)) h.powerOn();
    for (const i of masters) this.#installMaster(addMaster(kernel, i), i);
    for (let i = 0; i < config.workers; i++) this.addWorker();
  }

  get roomForWorker(): boolean {
    return this.#lastWorker < MAX_WORKERS;
  }

  /** A new machine joins as a worker. */
  addWorker(): void {
    const i = ++this.#lastWorker;
    const host = addWorker(this.kernel, i);
    host.disk.provision(`${MANIFEST_DIRECTORY}/kube-proxy.yaml`, proxyManifest());
    const apiServer = { ip: ADDRESSES.loadBalancer, port: ADDRESSES.apiPort };
    this.#installNode(host, i, { apiServer });
  }

  /** Gives a worker up for good: its machine is gone, and the cloud knows. */
  removeWorker(host: Host): void {
    this.kernel.fact("remove-worker", host.name, {});
    this.cloud?.removeMachine(host.name);
    this.kernel.network.removeHost(host);
  }

  /** The live processes of a pod's containers, wherever they run. */
  containerProcesses(namespace: string, pod: string, container?: string): Process[] {
    const found: Process[] = [];
    for (const host of this.kernel.network.hosts.values()) {
      for (const c of containersOn(host)) {
        const { config } = c.sandbox;
        if (config.namespace !== namespace || config.name !== pod || !c.alive) continue;
        if (container !== undefined && c.config.name !== container) continue;
        if (c.process !== undefined) found.push(c.process);
      }
    }
    return found;
  }

  #installMaster(host: Host, i: number): void {
    const { cloud, workers } = this.config;
    const manifests = masterManifests({
      name: host.name,
      ip: host.ip,
      cloud,
      podCidr: podCidr(workers),
      masters: this.#masters,
    });
    for (const [file, pod] of manifests) host.disk.provision(`${MANIFEST_DIRECTORY}/${file}`, pod);
    host.disk.provision(`${MANIFEST_DIRECTORY}/kube-proxy.yaml`, proxyManifest());
    this.#installNode(host, i, {
      apiServer: { ip: host.ip, port: ADDRESSES.apiPort },
      taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }],
    });
  }

  #installNode(host: Host, i: number, options: KubeletOptions): void {
    const { cloud } = this.config;
    const labels = cloud ? options.labels : { ...options.labels, "topology.kubernetes.io/zone": zoneOf(i) };
    host.addUnit({
      name: "containerd",
      program: containerdProgram({
        preloadedImages: componentImages(),
        programs: componentPrograms(this.config, host),
        announcesRoutes: !cloud,
      }),
      restartDelay: RESTART_DELAY,
    });
    host.addUnit({
      name: "kubelet",
      program: kubeletProgram({
        ...options,
        ...(labels === undefined ? {} : { labels }),
        externalCloudProvider: cloud,
        manifestDirectory: MANIFEST_DIRECTORY,
        readYaml: (text) => installedPrograms().yaml.read(text),
      }),
      restartDelay: KUBELET_RESTART,
    });
    const machine = furnishNode(host, this.#masters);
    host.addUnit({ name: "sshd", program: sshdProgram(machine), restartDelay: SSHD_RESTART });
    introduce(this.#workstation, host);
    this.cloud?.addMachine(host, zoneOf(i));
    host.powerOn();
  }
}
