import { deepEqual } from "../sim/api/deep-equal";
import type { Cluster } from "../sim/cluster/cluster";
import { captionOf } from "./captions";
import { healthView } from "./health-view";
import { HostViews } from "./host-views";
import { linkViews } from "./link-view";
import { messageView } from "./message-view";
import { cloudView, trafficView } from "./outside-view";
import { PodViews } from "./pod-views";
import { serviceView } from "./service-view";
import type { CaptionView, HealthView, MessageView, Scene, SceneDelta } from "./types";
import { workloadViews } from "./workload-views";

/** Captions that a scene keeps. */
const CAPTIONS_KEPT = 300;
/** Facts whose place in the story is remembered. */
const STORY_KEPT = 20_000;
/** Messages handed to the page per frame at most. */
const MESSAGES_PER_FRAME = 240;

type Table<T> = Map<string, T>;
type Entities = Pick<Scene, "hosts" | "pods" | "workloads" | "services" | "links">;
type Section = keyof Entities;

/**
 * Builds the scene of a cluster and, frame by frame, what changed of it. It only looks: nothing that it does
 * touches the cluster. Views are memoized on the immutable objects they are made of.
 */
export class SceneBuilder {
  readonly #cluster: Cluster;
  readonly #pods: PodViews;
  readonly #hosts: HostViews;
  readonly #tables: { [S in Section]: Table<Entities[S][string]> } = {
    hosts: new Map(),
    pods: new Map(),
    workloads: new Map(),
    services: new Map(),
    links: new Map(),
  };
  #health: HealthView | undefined;
  #traffic: Scene["traffic"] | undefined;
  #cloud: Scene["cloud"] | undefined;
  #captions: CaptionView[] = [];
  /** For each fact the newest caption in its chain of causes, itself included; 0 for none. */
  readonly #toldBy = new Map<number, number>();
  #lastFact = 0;
  #messageCursor: number;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#pods = new PodViews(cluster);
    this.#hosts = new HostViews(cluster);
    this.#messageCursor = cluster.kernel.trace.messageCount;
  }

  /** The whole scene as of now. */
  snapshot(): Scene {
    this.delta();
    const table = <T>(t: Table<T>): Record<string, T> => Object.fromEntries(t);
    return {
      time: this.#cluster.kernel.now,
      openedAt: this.#cluster.openedAt,
      hosts: table(this.#tables.hosts),
      pods: table(this.#tables.pods),
      workloads: table(this.#tables.workloads),
      services: table(this.#tables.services),
      links: table(this.#tables.links),
      health: this.#health as HealthView,
      traffic: this.#traffic as Scene["traffic"],
      cloud: this.#cloud as Scene["cloud"],
      captions: this.#captions,
    };
  }

  /** What changed since the last call of `delta` or `snapshot`. */
  delta(): SceneDelta {
    const { recorded } = this.#cluster;
    recorded.refresh();
    const pods = this.#pods.build();
    const hosts = this.#hosts.build();
    const workloads = workloadViews(recorded, pods);
    const services = [...recorded.services.values()].map((s) => serviceView(s, recorded));
    const upsert: Record<string, unknown> = {};
    const remove: Record<string, readonly string[]> = {};
    this.#diff("pods", pods, upsert, remove);
    this.#diff("hosts", hosts, upsert, remove);
    this.#diff("workloads", byId(workloads), upsert, remove);
    this.#diff("services", byId(services), upsert, remove);
    this.#diff("links", byId(linkViews(this.#cluster.kernel.network)), upsert, remove);
    return { time: this.#cluster.kernel.now, upsert, remove, ...this.#singles(), ...this.#newCaptions() };
  }

  /** Messages that set off since the last call; the important ones first when there are too many. */
  messages(): { messages: MessageView[]; skipped: number } {
    const { trace } = this.#cluster.kernel;
    const before = this.#messageCursor;
    const sent = trace.messagesSince(before);
    this.#messageCursor = trace.messageCount;
    let chosen = sent;
    if (sent.length > MESSAGES_PER_FRAME) {
      const loud = sent.filter((m) => !m.quiet);
      chosen = (loud.length > 0 ? loud : sent).slice(-MESSAGES_PER_FRAME);
    }
    const messages: MessageView[] = [];
    for (const m of chosen) {
      const v = messageView(m);
      if (v !== undefined) messages.push(v);
    }
    return { messages, skipped: trace.messageCount - before - chosen.length };
  }

  #singles(): Pick<SceneDelta, "health" | "traffic" | "cloud"> {
    const out: { health?: HealthView; traffic?: Scene["traffic"]; cloud?: Scene["cloud"] } = {};
    const { hosts, workloads, pods } = this.#tables;
    const health = healthView(hosts.values(), workloads.values(), pods.values());
    if (!deepEqual(health, this.#health)) out.health = this.#health = health;
    const traffic = trafficView(this.#cluster);
    if (!deepEqual(traffic, this.#traffic)) out.traffic = this.#traffic = traffic;
    const cloud = cloudView(this.#cluster);
    if (!deepEqual(cloud, this.#cloud)) out.cloud = this.#cloud = cloud;
    return out;
  }

  #newCaptions(): Pick<SceneDelta, "captions"> {
    const { trace } = this.#cluster.kernel;
    if (trace.lastFact === this.#lastFact) return {};
    const news: CaptionView[] = [];
    for (const f of trace.factsAfter(this.#lastFact)) {
      const c = captionOf(f);
      const cause = this.#toldBy.get(f.cause) ?? 0;
      this.#toldBy.set(f.id, c === undefined ? cause : f.id);
      if (c !== undefined) news.push(c.cause === cause ? c : { ...c, cause });
    }
    this.#lastFact = trace.lastFact;
    if (this.#toldBy.size > 2 * STORY_KEPT) {
      for (const id of this.#toldBy.keys()) if (id < this.#lastFact - STORY_KEPT) this.#toldBy.delete(id);
    }
    if (news.length === 0) return {};
    this.#captions = [...this.#captions, ...news].slice(-CAPTIONS_KEPT);
    return { captions: news };
  }

  #diff<S extends Section>(
    section: S,
    next: ReadonlyMap<string, Entities[S][string]>,
    upsert: Record<string, unknown>,
    remove: Record<string, readonly string[]>,
  ): void {
    const before = this.#tables[section] as Table<Entities[S][string]>;
    const changed: Entities[S][string][] = [];
    for (const [id, view] of next) {
      const old = before.get(id);
      if (old === view || (old !== undefined && deepEqual(old, view))) continue;
      before.set(id, view);
      changed.push(view);
    }
    if (changed.length > 0) upsert[section] = changed;
    if (before.size === next.size) return;
    const gone = [...before.keys()].filter((id) => !next.has(id));
    for (const id of gone) before.delete(id);
    if (gone.length > 0) remove[section] = gone;
  }
}

function byId<T extends { readonly id: string }>(views: readonly T[]): Map<string, T> {
  return new Map(views.map((v) => [v.id, v]));
}
