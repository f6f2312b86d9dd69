/**
 * The images that the simulated registries hold, as data. Sizes are those of the compressed layers of the real
 * images, rounded; a layer that two images share is pulled and stored once.
 */
import { MS, SECOND } from "../../kernel/time";
import type { ImageReference } from "./image-reference";
import type { Behaviour, Serving } from "./programs/behaviour";

const KIB = 1024;
const MIB = 1024 * KIB;

/** A layer: its name (unique over all images) and size in bytes. */
export interface Layer {
  readonly id: string;
  readonly size: number;
}

/** Families of images by what can be run in them; `none`: no shell at all. */
export type Tools = "none" | "busybox" | "alpine" | "debian" | "debian with curl" | "teaching";

export interface CatalogImage {
  readonly repository: string;
  /** Tags that exist: a list, or all that look like a version (and `latest`). */
  readonly tags: readonly string[] | "versions";
  /** Layers below the last one, shared where ids are equal. */
  readonly base: readonly Layer[];
  /** Size of the layer that differs from tag to tag. */
  readonly size: number;
  /** The shell and the commands that it has (for `command: [sh, -c, …]`, exec, probes and hooks). */
  readonly tools: Tools;
  /** What its entry point does; undefined: a component whose program the cluster's composition supplies. */
  readonly behaviour?: Behaviour;
}

const debian: Layer = { id: "debian:trixie-slim", size: 29 * MIB };
const alpine: Layer = { id: "alpine:3.22", size: 3686 * KIB };
const distroless: Layer = { id: "distroless:static", size: 820 * KIB };

const plain: Behaviour = {
  executable: "",
  startup: 0,
  memoryBytes: 8 * MIB,
  leak: 0,
  cpuMilli: 1,
  onTerm: { kind: "drain", code: 0 },
  logs: "none",
  configurable: false,
};

const site: Serving = {
  port: 80,
  latency: [300, 2 * MS],
  cpuPerRequest: 400,
  paths: ["/", "/index.html"],
};

const app: Serving = { port: 8080, latency: [2 * MS, 8 * MS], cpuPerRequest: 2 * MS };

const teaching: Behaviour = {
  ...plain,
  executable: "app",
  configurable: true,
  logs: "plain",
  memoryBytes: 24 * MIB,
};

function component(name: string, size: number): CatalogImage {
  return {
    repository: `registry.k8s.io/${name}`,
    tags: "versions",
    base: [distroless],
    size: size * MIB,
    tools: "none",
  };
}

function lesson(name: string, behaviour: Behaviour): CatalogImage {
  return {
    repository: `docker.io/kubarium/${name}`,
    tags: "versions",
    base: [alpine],
    size: 18 * MIB,
    tools: "teaching",
    behaviour,
  };
}

function server(
  name: string,
  tools: Tools,
  base: Layer,
  size: number,
  behaviour: Partial<Behaviour>,
): CatalogImage {
  return {
    repository: `docker.io/library/${name}`,
    tags: "versions",
    base: [base],
    size: size * MIB,
    tools,
    behaviour: { ...plain, executable: name, ...behaviour },
  };
}

const IMAGES: readonly CatalogImage[] = [
  server("nginx", "debian with curl", debian, 43, {
    logs: "nginx",
    memoryBytes: 12 * MIB,
    startup: 150 * MS,
    serving: site,
  }),
  server("httpd", "debian", debian, 26, {
    logs: "httpd",
    memoryBytes: 20 * MIB,
    startup: 200 * MS,
    serving: site,
    executable: "httpd-foreground",
  }),
  server("redis", "debian", debian, 22, {
    logs: "redis",
    executable: "redis-server",
    memoryBytes: 14 * MIB,
    startup: 100 * MS,
    serving: { port: 6379, latency: [100, 300], cpuPerRequest: 50 },
    onTerm: { kind: "exit", code: 0 },
  }),
  // Without a command both run a shell, which ends at once when nobody types.
  server("busybox", "busybox", { id: "busybox:1.37", size: 2150 * KIB }, 1, {
    executable: "sh",
    memoryBytes: 1 * MIB,
    ends: { after: 20 * MS, code: 0 },
  }),
  server("alpine", "alpine", alpine, 1, {
    executable: "sh",
    memoryBytes: 1 * MIB,
    ends: { after: 20 * MS, code: 0 },
  }),
  // The Job that computes pi: it is busy for a while and ends well, whatever it is asked to compute.
  server("perl", "debian", debian, 316, {
    memoryBytes: 20 * MIB,
    cpuMilli: 900,
    ends: { after: 6 * SECOND, code: 0 },
    onTerm: { kind: "ignore" },
  }),
  component("pause", 1),
  component("etcd", 22),
  component("kube-apiserver", 27),
  component("kube-controller-manager", 22),
  component("kube-scheduler", 17),
  component("kube-proxy", 25),
  component("coredns/coredns", 22),
  component("cloud-controller-manager", 19),
  component("metrics-server/metrics-server", 21),
  lesson("web", { ...teaching, startup: 300 * MS, serving: app }),
  lesson("slow-start", { ...teaching, startup: 30 * SECOND, serving: app }),
  lesson("crash", { ...teaching, ends: { after: 5 * SECOND, code: 1 } }),
  lesson("leak", { ...teaching, leak: 4 * MIB, startup: 300 * MS, serving: app }),
  lesson("job", { ...teaching, ends: { after: 10 * SECOND, code: 0 } }),
];

const byRepository = new Map(IMAGES.map((image) => [image.repository, image]));

const VERSION = /^(?:latest|stable|alpine|v?\d+(?:[.-][0-9A-Za-z]+)*)$/;

/** The image behind a reference; undefined: the registry has no such repository or tag. */
export function findImage(reference: ImageReference): CatalogImage | undefined {
  const image = byRepository.get(reference.repository);
  if (image === undefined) return undefined;
  const { tags } = image;
  const exists = tags === "versions" ? VERSION.test(reference.tag) : tags.includes(reference.tag);
  return exists ? image : undefined;
}

/** The layers of one tag of an image, lowest first. */
export function layersOf(image: CatalogImage, reference: ImageReference): readonly Layer[] {
  return [...image.base, { id: reference.full, size: image.size }];
}
