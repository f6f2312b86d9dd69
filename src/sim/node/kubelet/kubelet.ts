import { nodes } from "../../api/kinds/node";
import { pods } from "../../api/kinds/pod";
import { toResources } from "../../api/pod-requests";
import type { Node, Pod, PodStatus } from "../../api/types";
import { EventRecorder } from "../../client/event-recorder";
import { Informer } from "../../client/informer";
import { RestClient } from "../../client/rest-client";
import type { Process, Program } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import { CriClient } from "../runtime/cri/client";
import type { NodeRoom } from "./admission";
import type { DnsConfig, ImageRecord, PodStatus as CriPod } from "../runtime/cri/types";
import { Allocations } from "./allocations";
import { API_BURST, API_QPS, HOUSEKEEPING_PERIOD, MAX_PODS } from "./defaults";
import { EvictionManager } from "./eviction";
import { ImageManager } from "./image-manager";
import { dnsConfigOf } from "./dns-config";
import { MirrorPods } from "./mirror-pods";
import { NodeAgent } from "./node-agent";
import { NodeLease } from "./node-lease";
import { nodeLabels, nodeResources, type NodeFacts } from "./node-object";
import type { KubeletOptions } from "./options";
import { Pleg } from "./pleg";
import { PodIntake } from "./pod-intake";
import { PodKiller } from "./pod-killer";
import { PodManager } from "./pod-manager";
import { PodRuntime } from "./pod-runtime";
import { KubeletPodSyncer } from "./pod-syncer";
import { PodWorkers } from "./pod-workers";
import { ProbeManager } from "./probe-manager";
import { ReasonCache } from "./reason-cache";
import { ResizeManager } from "./resize-manager";
import { RuntimeState } from "./runtime-state";
import { serveKubelet } from "./server/kubelet-server";
import { StaticPods } from "./static-pods";
import { StatusManager } from "./status-manager";
import { viewOf, type KubeletView } from "./view";

/** The kubelet of a node: a service of its host. Its view is a `KubeletView`. */
export function kubeletProgram(options: KubeletOptions): Program {
  return function* main(process) {
    process.cpuMilli = 30;
    process.memoryBytes = 90 * 1024 * 1024;
    const kubelet = new Kubelet(process, options);
    yield* kubelet.run();
  };
}

class Kubelet {
  readonly #process: Process;
  readonly #options: KubeletOptions;
  readonly #nodeName: string;
  readonly #facts: NodeFacts;
  readonly #client: RestClient;
  readonly #recorder: EventRecorder;
  readonly #cri: CriClient;
  readonly #podManager = new PodManager();
  readonly #reasons = new ReasonCache();
  readonly #runtimeState: RuntimeState;
  readonly #pleg: Pleg;
  readonly #statuses: StatusManager;
  readonly #allocations: Allocations;
  readonly #resizes: ResizeManager;
  readonly #probes: ProbeManager;
  readonly #images: ImageManager;
  readonly #runtime: PodRuntime;
  readonly #mirrors: MirrorPods;
  readonly #syncer: KubeletPodSyncer;
  readonly #workers: PodWorkers;
  readonly #nodeAgent: NodeAgent;
  readonly #eviction: EvictionManager;
  readonly #intake: PodIntake;
  readonly #podInformer: Informer<Pod>;
  readonly #nodeInformer: Informer<Node>;
  #imageRecords: readonly ImageRecord[] = [];
  #podCidr = "";
  #housekeepingArmed = false;

  constructor(process: Process, options: KubeletOptions) {
    this.#process = process;
    this.#options = options;
    this.#nodeName = options.nodeName ?? process.host.name;
    this.#facts = factsOf(process, options, this.#nodeName);
    const { ip, port } = options.apiServer;
    const identity = { commonName: `system:node:${this.#nodeName}`, organizations: ["system:nodes"] };
    const userAgent = `kubelet/${this.#facts.version}`;
    this.#client = new RestClient(process, { ip, port, identity, userAgent, qps: API_QPS, burst: API_BURST });
    const eventClient = this.#client.sibling({ qps: API_QPS, burst: API_BURST });
    this.#recorder = new EventRecorder(eventClient, "kubelet", this.#nodeName);
    this.#cri = new CriClient(process);
    this.#runtimeState = new RuntimeState(process.now);
    this.#pleg = new Pleg(
      process,
      this.#cri,
      (uid, before, now) => this.#podChanged(uid, before, now),
      (up) => this.#runtimeReached(up),
    );
    this.#statuses = new StatusManager(process, this.#client, this.#podManager);
    this.#probes = new ProbeManager(process, this.#cri, this.#statuses, this.#recorder, (pod) => {
      this.#probeChanged(pod);
    });
    this.#statuses.onChange = (uid) => this.#probes.updated(uid);
    this.#allocations = new Allocations(process.host.disk);
    this.#resizes = this.#makeResizes();
    this.#images = new ImageManager(process, this.#cri, this.#recorder);
    const killer = new PodKiller(process, this.#cri, this.#recorder);
    this.#runtime = this.#makeRuntime(killer);
    this.#mirrors = new MirrorPods(process, this.#client, this.#podManager, this.#nodeName);
    this.#syncer = this.#makeSyncer(killer);
    this.#workers = new PodWorkers(process, this.#syncer);
    this.#intake = this.#makeIntake();
    this.#eviction = this.#makeEviction();
    this.#nodeAgent = new NodeAgent(process, this.#client, this.#recorder, this.#facts, () => ({
      errors: this.#runtimeState.errors(process.now),
      memoryPressure: this.#eviction.memoryPressure,
      images: this.#imageRecords,
    }));
    this.#podInformer = new Informer<Pod>(this.#client, pods, {
      fieldSelector: `spec.nodeName=${this.#nodeName}`,
    });
    this.#nodeInformer = new Informer<Node>(this.#client, nodes, {
      fieldSelector: `metadata.name=${this.#nodeName}`,
    });
    process.view = this.#view();
  }

  *run(): Task {
    const process = this.#process;
    const ref = { apiVersion: "v1", kind: "Node", name: this.#nodeName, uid: this.#nodeName };
    this.#recorder.event(ref, "Normal", "Starting", "Starting kubelet.");
    this.#images.onPulled = () => this.#process.spawn("images", this.#listImages());
    process.spawn("pleg", this.#pleg.run());
    const directory = this.#options.manifestDirectory ?? "/etc/kubernetes/manifests";
    const readYaml = this.#options.readYaml ?? (() => undefined);
    const changed = (list: readonly Pod[]): void => this.#intake.manifests(list);
    const files = new StaticPods(process, directory, this.#nodeName, readYaml, changed);
    process.spawn("static pods", files.run());
    serveKubelet({
      process,
      cri: this.#cri,
      pods: this.#podManager,
      statuses: this.#statuses,
      client: this.#client,
    });
    this.#nodeAgent.onTick = () => this.#eviction.check();
    process.spawn("node status", this.#nodeAgent.run());
    this.#watchNode();
    this.#watchPods();
    const uid = yield* this.#nodeAgent.registered;
    this.#recorder.event(
      ref,
      "Normal",
      "NodeAllocatableEnforced",
      "Updated Node Allocatable limit across pods",
    );
    this.#mirrors.nodeRegistered(uid);
    yield* new NodeLease(process, this.#client.sibling({ qps: API_QPS }), this.#nodeName).run(uid);
  }

  #watchNode(): void {
    const note = (node: Node): void => this.#observeNode(node);
    this.#nodeInformer.addHandler({
      onAdd: note,
      onUpdate: (_old, node) => note(node),
      onDelete: () => this.#nodeAgent.vanished(),
    });
    this.#nodeInformer.start(this.#process);
  }

  #observeNode(node: Node): void {
    this.#nodeAgent.observe(node);
    const cidr = node.spec.podCIDR ?? "";
    if (cidr === "" || cidr === this.#podCidr) return;
    this.#podCidr = cidr;
    this.#process.spawn("runtime config", this.#configureNetwork());
  }

  *#configureNetwork(): Task {
    if (!this.#pleg.up) return;
    if (this.#podCidr !== "") yield* this.#cri.call("UpdateRuntimeConfig", { podCidr: this.#podCidr });
    const status = yield* this.#cri.call("Status", {});
    if (!status.ok) return;
    const { ready, reason, message } = status.value.network;
    const before = this.#runtimeState.networkError;
    const error = ready ? undefined : `NetworkReady=false reason:${reason} message:${message}`;
    this.#runtimeState.setNetwork(error);
    if (before !== error) this.#nodeAgent.poke();
    if (before !== undefined && error === undefined)
      for (const w of this.#workers.values()) this.#workers.poke(w.uid);
  }

  *#listImages(): Task {
    const listed = yield* this.#cri.call("ListImages", {}, { quiet: true });
    if (listed.ok) this.#imageRecords = listed.value;
  }

  #watchPods(): void {
    this.#podInformer.addHandler({
      onAdd: (pod) => this.#intake.added(pod),
      onUpdate: (old, pod) => this.#intake.updated(old, pod),
      onDelete: (pod) => this.#intake.removed(pod),
    });
    this.#podInformer.start(this.#process);
    this.#process.spawn("sources", this.#sourcesReady());
  }

  *#sourcesReady(): Task {
    yield* this.#podInformer.synced;
    this.#mirrors.podsListed();
    this.#allocations.forgetAllBut((uid) => this.#podManager.pods.has(uid));
    this.#resizes.retry();
    this.#housekeepingSoon();
  }

  #podChanged(uid: string, before: CriPod | undefined, now: CriPod | undefined): void {
    const worker = this.#workers.get(uid);
    if (worker === undefined) {
      if (now !== undefined) this.#housekeepingSoon();
      return;
    }
    if (worker.state !== "syncing" || before === now) return;
    this.#workers.poke(uid);
  }

  #probeChanged(pod: Pod): void {
    const { uid } = pod.metadata;
    const worker = this.#workers.get(uid);
    if (worker?.pod === undefined) return;
    if (worker.state === "syncing" || worker.state === "terminating") {
      this.#syncer.report(worker.pod, this.#pleg.get(uid), false);
    }
    if (worker.state === "syncing") this.#workers.poke(uid);
  }

  #runtimeReached(up: boolean): void {
    this.#runtimeState.setUp(up, this.#process.now);
    if (!up) {
      const wait = Math.max(0, (this.#runtimeState.nextChange ?? 0) - this.#process.now);
      this.#process.kernel.schedule(wait, (agent: NodeAgent) => agent.poke(), this.#nodeAgent, true);
      return;
    }
    this.#process.spawn("runtime config", this.#configureNetwork());
    this.#process.spawn("images", this.#listImages());
    for (const worker of this.#workers.values()) this.#workers.poke(worker.uid);
    this.#nodeAgent.poke();
    this.#housekeepingSoon();
  }

  #housekeepingSoon(): void {
    if (this.#housekeepingArmed) return;
    this.#housekeepingArmed = true;
    const late = (this.#process.now - this.#process.startedAt) % HOUSEKEEPING_PERIOD;
    this.#process.kernel.schedule(HOUSEKEEPING_PERIOD - late, housekeep, this as Kubelet);
  }

  /** Ends what runs without being wanted, and clears away what has ended (`kubelet_pods.go` HandlePodCleanups). */
  housekeep(): void {
    this.#housekeepingArmed = false;
    if (!this.#process.alive) return;
    for (const worker of [...this.#workers.values()]) {
      if (worker.state !== "finished" || this.#podManager.pods.has(worker.uid)) continue;
      this.#clear(worker.uid);
    }
    if (!this.#podInformer.synced.settled) return;
    for (const status of [...this.#pleg.pods()]) {
      const { uid } = status;
      if (this.#podManager.pods.has(uid) || this.#workers.get(uid) !== undefined) continue;
      this.#workers.end(uid, undefined, 1);
    }
    for (const mirror of this.#podManager.mirrors()) {
      if (this.#podManager.staticOf(mirror) === undefined) this.#mirrors.ensureAll();
    }
  }

  #clear(uid: string): void {
    this.#workers.forget(uid);
    this.#probes.remove(uid);
    this.#statuses.forget(uid);
    this.#resizes.forget(uid);
    this.#runtime.forget(uid);
    const status = this.#pleg.get(uid);
    if (status !== undefined) this.#process.spawn("garbage", this.#runtime.remove(status));
  }

  #makeRuntime(killer: PodKiller): PodRuntime {
    return new PodRuntime({
      process: this.#process,
      cri: this.#cri,
      client: this.#client,
      recorder: this.#recorder,
      images: this.#images,
      killer,
      reasons: this.#reasons,
      verdicts: (pod) => ({
        livenessFailed: (id) => this.#probes.failed(pod.metadata.uid, "liveness", id),
        startupFailed: (id) => this.#probes.failed(pod.metadata.uid, "startup", id),
        started: (container, id) => this.#probes.succeeded(pod, container, "startup", id),
      }),
      dns: (pod): DnsConfig => dnsConfigOf(pod, this.#options),
      hostIp: this.#process.host.ip,
    });
  }

  #makeSyncer(killer: PodKiller): KubeletPodSyncer {
    return new KubeletPodSyncer({
      process: this.#process,
      cri: this.#cri,
      pleg: this.#pleg,
      statuses: this.#statuses,
      probes: this.#probes,
      runtime: this.#runtime,
      runtimeState: this.#runtimeState,
      killer,
      mirrors: this.#mirrors,
      recorder: this.#recorder,
      reasons: this.#reasons,
      allocations: this.#allocations,
      resizes: this.#resizes,
      onFinished: (worker) => {
        this.#intake.ended(worker.uid);
        this.#housekeepingSoon();
      },
    });
  }

  #makeIntake(): PodIntake {
    return new PodIntake({
      pods: this.#podManager,
      statuses: this.#statuses,
      workers: this.#workers,
      mirrors: this.#mirrors,
      recorder: this.#recorder,
      pleg: this.#pleg,
      allocations: this.#allocations,
      resizes: this.#resizes,
      room: () => this.#room(),
      housekeepingSoon: () => this.#housekeepingSoon(),
    });
  }

  #makeResizes(): ResizeManager {
    return new ResizeManager({
      process: this.#process,
      recorder: this.#recorder,
      allocations: this.#allocations,
      pod: (uid) => this.#podManager.pods.get(uid),
      active: () => this.#intake.active(),
      room: () => this.#room(),
      sourcesReady: () => this.#podInformer.synced.settled,
      sync: (pod) => this.#workers.update(pod),
    });
  }

  #room(): NodeRoom {
    return {
      allocatable: toResources(nodeResources(this.#facts).allocatable),
      maxPods: this.#facts.maxPods,
      node: this.#nodeInformer.get(this.#nodeName),
      memoryPressure: this.#eviction.memoryPressure,
    };
  }

  #makeEviction(): EvictionManager {
    return new EvictionManager(this.#process, this.#cri, this.#recorder, this.#nodeName, {
      activePods: () => this.#intake.active(),
      evict: (pod, message, grace) => this.#evict(pod, message, grace),
      hasEnded: (uid) => {
        const state = this.#workers.get(uid)?.state;
        return state === undefined || state === "terminated" || state === "finished";
      },
      pressureChanged: () => this.#nodeAgent.poke(),
    });
  }

  #evict(pod: Pod, message: string, graceSeconds: number): void {
    const { uid } = pod.metadata;
    const before = this.#statuses.previous(pod);
    const status: PodStatus = { ...before, phase: "Failed", reason: "Evicted", message };
    this.#statuses.set(pod, status);
    this.#workers.end(uid, pod, graceSeconds);
  }

  #view(): KubeletView {
    return viewOf({
      workers: this.#workers,
      probes: this.#probes,
      pleg: this.#pleg,
      runtimeBackoff: this.#runtime.backoff,
      imageBackoff: this.#images.backoff,
      reasons: this.#reasons,
      statuses: this.#statuses,
      now: () => this.#process.now,
    });
  }
}

function housekeep(kubelet: Kubelet): void {
  kubelet.housekeep();
}

function factsOf(process: Process, options: KubeletOptions, nodeName: string): NodeFacts {
  const facts: NodeFacts = {
    nodeName,
    host: process.host,
    version: options.kubernetesVersion ?? "v1.35.2",
    maxPods: options.maxPods ?? MAX_PODS,
    labels: {},
    taints: options.taints ?? [],
    externalCloudProvider: options.externalCloudProvider === true,
  };
  return { ...facts, labels: nodeLabels(facts, options.labels ?? {}) };
}
