/**
 * What the server serves, as it tells by `/api` and `/apis`: aggregated where it can (`apidiscovery.k8s.io/v2`),
 * otherwise document by document. Kept in files for six hours, as kubectl does.
 */
import type { ProgramIo } from "../../terminal/io";
import type { Task } from "../../kernel/task";
import { SECOND } from "../../kernel/time";
import { Failure } from "../cli/failure";
import { klogError } from "../cli/klog";
import type { Rest } from "./client";

export interface SubresourceInfo {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

/** One kind as it is served. */
export interface ResourceInfo {
  readonly group: string;
  readonly version: string;
  /** Plural. */
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly SubresourceInfo[];
}

export interface GroupInfo {
  readonly name: string;
  /** The preferred one first. */
  readonly versions: readonly string[];
}

export interface Discovered {
  /** In the server's order: core first. */
  readonly groups: readonly GroupInfo[];
  readonly resources: readonly ResourceInfo[];
}

const TTL = 6 * 3600 * SECOND;
const ACCEPT =
  "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList," +
  "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";
/** Discovery has a limit of its own. */
const QUERY = { timeout: "32s" };

/** `group/version`; `v1` for core. */
export function groupVersion(at: { readonly group: string; readonly version: string }): string {
  return at.group === "" ? at.version : `${at.group}/${at.version}`;
}

interface CacheFile {
  readonly until: number;
  readonly discovered: Discovered;
}

/** Answers what is served; remembers it for the command and, in a file, for later ones. */
export class Discovery {
  readonly #io: ProgramIo;
  readonly #rest: Rest;
  readonly #file: string;
  #known: Discovered | undefined;
  #fresh = false;

  constructor(io: ProgramIo, rest: Rest, cacheFolder: string) {
    this.#io = io;
    this.#rest = rest;
    this.#file = `${cacheFolder}/discovery/${rest.host.replace(/[^(\w/.)]/g, "_")}/servergroups.json`;
  }

  /** Was it read from the server by this command? */
  get fresh(): boolean {
    return this.#fresh;
  }

  /** Forgets what is cached, so that the next question goes to the server. */
  invalidate(): void {
    this.#known = undefined;
    this.#io.files.remove(this.#file);
  }

  /** @throws Failure when the server cannot be asked */
  *discovered(): Task<Discovered> {
    this.#known ??= this.#cached() ?? (yield* this.#fetch());
    return this.#known;
  }

  #cached(): Discovered | undefined {
    const text = this.#io.files.read(this.#file);
    if (text === undefined) return undefined;
    try {
      const file = JSON.parse(text) as CacheFile;
      return file.until > this.#io.process.now ? file.discovered : undefined;
    } catch {
      return undefined;
    }
  }

  *#fetch(): Task<Discovered> {
    const discovered = yield* fetchDiscovery(this.#rest);
    const file: CacheFile = { until: this.#io.process.now + TTL, discovered };
    this.#io.files.write(this.#file, JSON.stringify(file));
    this.#fresh = true;
    return discovered;
  }
}

/** How often kubectl asks before it believes that there is no server. */
const ATTEMPTS = 5;

/**
 * The first question of most commands: a server that does not answer is asked again, and each failure logged
 * (client-go `memcache.go`).
 */
export function* insisting<T>(io: ProgramIo, ask: () => Task<T>): Task<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return yield* ask();
    } catch (e) {
      if (!(e instanceof Failure)) throw e;
      const said = e.reason.type === "transport" ? `${e.reason.url}: ${e.reason.message}` : e.message;
      io.err(klogError(io.process, "memcache.go:265", `couldn't get current server API group list: ${said}`));
      if (attempt >= ATTEMPTS) throw e;
    }
  }
}

function* fetchDiscovery(rest: Rest): Task<Discovered> {
  const groups: GroupInfo[] = [];
  const resources: ResourceInfo[] = [];
  for (const root of ["/api", "/apis"]) {
    const body = yield* rest.get<AnyDocument>(root, QUERY, ACCEPT);
    if (body.kind === "APIGroupDiscoveryList") {
      for (const item of body.items ?? []) addAggregated(item, groups, resources);
    } else yield* addLegacy(rest, body, groups, resources);
  }
  return { groups, resources };
}

interface AnyDocument {
  readonly kind: string;
  readonly items?: readonly AggregatedGroup[];
  readonly versions?: readonly string[];
  readonly groups?: readonly LegacyGroup[];
}

interface GroupVersionKind {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
}

interface AggregatedGroup {
  readonly metadata?: { readonly name?: string };
  readonly versions: readonly {
    readonly version: string;
    readonly resources?: readonly {
      readonly resource: string;
      readonly responseKind?: GroupVersionKind;
      readonly scope: string;
      readonly singularResource?: string;
      readonly verbs: readonly string[];
      readonly shortNames?: readonly string[];
      readonly categories?: readonly string[];
      readonly subresources?: readonly {
        readonly subresource: string;
        readonly responseKind?: GroupVersionKind;
        readonly verbs: readonly string[];
      }[];
    }[];
  }[];
}

function addAggregated(item: AggregatedGroup, groups: GroupInfo[], resources: ResourceInfo[]): void {
  const group = item.metadata?.name ?? "";
  groups.push({ name: group, versions: item.versions.map((v) => v.version) });
  for (const { version, resources: list } of item.versions) {
    for (const r of list ?? []) {
      resources.push({
        group,
        version,
        resource: r.resource,
        singular: r.singularResource ?? "",
        kind: r.responseKind?.kind ?? "",
        namespaced: r.scope === "Namespaced",
        verbs: r.verbs,
        shortNames: r.shortNames ?? [],
        categories: r.categories ?? [],
        subresources: (r.subresources ?? []).map((s) => ({
          name: s.subresource,
          group: s.responseKind?.group || group,
          version: s.responseKind?.version || version,
          kind: s.responseKind?.kind ?? "",
          verbs: s.verbs,
        })),
      });
    }
  }
}

interface LegacyGroup {
  readonly name: string;
  readonly versions: readonly { readonly groupVersion: string; readonly version: string }[];
  readonly preferredVersion?: { readonly version: string };
}

interface LegacyResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly group?: string;
  readonly version?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

function* addLegacy(rest: Rest, body: AnyDocument, groups: GroupInfo[], resources: ResourceInfo[]): Task {
  const found: GroupInfo[] = (body.groups ?? []).map(({ name, versions, preferredVersion }) => {
    const all = versions.map((v) => v.version);
    const first = preferredVersion?.version;
    return { name, versions: first === undefined ? all : [first, ...all.filter((v) => v !== first)] };
  });
  if (body.versions !== undefined) found.push({ name: "", versions: body.versions });
  groups.push(...found);
  for (const { name: group, versions } of found) {
    for (const version of versions) {
      const path = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
      const { resources: list } = yield* rest.get<{ resources: readonly LegacyResource[] }>(path, QUERY);
      resources.push(
        ...list.filter((r) => !r.name.includes("/")).map((r) => legacyInfo(group, version, r, list)),
      );
    }
  }
}

function legacyInfo(
  group: string,
  version: string,
  r: LegacyResource,
  all: readonly LegacyResource[],
): ResourceInfo {
  const prefix = `${r.name}/`;
  return {
    group,
    version,
    resource: r.name,
    singular: r.singularName,
    kind: r.kind,
    namespaced: r.namespaced,
    verbs: r.verbs,
    shortNames: r.shortNames ?? [],
    categories: r.categories ?? [],
    subresources: all
      .filter((s) => s.name.startsWith(prefix))
      .map((s) => ({
        name: s.name.slice(prefix.length),
        group: s.group ?? group,
        version: s.version ?? version,
        kind: s.kind,
        verbs: s.verbs,
      })),
  };
}
