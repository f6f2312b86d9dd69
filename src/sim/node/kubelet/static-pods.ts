import { assertDefined } from "../../../shared/assert";
import { pods } from "../../api/kinds/pod";
import { decodeObject } from "../../api/schema/decode";
import { formatTime } from "../../api/time";
import type { Pod, Toleration } from "../../api/types";
import type { Process } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import { FILE_CHECK_PERIOD } from "./defaults";
import { CONFIG_HASH, CONFIG_SOURCE } from "./pod-kind";

/** Told of the pods of all manifests, whenever the directory has changed. */
export type StaticPodsChanged = (pods: readonly Pod[]) => void;

const TOLERATION: Toleration = { operator: "Exists", effect: "NoExecute" };

/**
 * Reads static pods from the host's disk (`pkg/kubelet/config/file.go`). Their manifests are Pod objects, or YAML that
 * somebody has written. What is no pod is left out; folders and hidden files are not looked at.
 */
export class StaticPods {
  readonly #process: Process;
  readonly #directory: string;
  readonly #nodeName: string;
  readonly #changed: StaticPodsChanged;
  readonly #readYaml: (text: string) => unknown;
  readonly #parsed = new Map<string, { readonly content: unknown; readonly pod: Pod | undefined }>();

  constructor(
    process: Process,
    directory: string,
    nodeName: string,
    readYaml: (text: string) => unknown,
    changed: StaticPodsChanged,
  ) {
    this.#process = process;
    this.#readYaml = readYaml;
    this.#directory = directory.endsWith("/") ? directory : `${directory}/`;
    this.#nodeName = nodeName;
    this.#changed = changed;
  }

  *run(): Task {
    for (;;) {
      this.#check();
      yield FILE_CHECK_PERIOD;
      this.#process.kernel.setQuiet(true);
    }
  }

  #check(): void {
    const { disk } = this.#process.host;
    const from = this.#directory.length;
    const names = disk.list(this.#directory).filter((name) => /^[^./][^/]*$/.test(name.slice(from)));
    let changed = names.length !== this.#parsed.size;
    for (const name of names) {
      const content = disk.read(name);
      if (this.#parsed.get(name)?.content === content) continue;
      changed = true;
      this.#parsed.set(name, { content, pod: this.#read(name, content) });
    }
    if (!changed) return;
    for (const name of this.#parsed.keys()) if (!names.includes(name)) this.#parsed.delete(name);
    this.#process.kernel.setQuiet(false);
    this.#changed([...this.#parsed.values()].flatMap(({ pod }) => (pod === undefined ? [] : [pod])));
  }

  /** The pod of a file; undefined when it holds none that could run. */
  #read(file: string, content: unknown): Pod | undefined {
    const found = typeof content === "string" ? this.#readYaml(content) : content;
    if (typeof found !== "object" || found === null) return undefined;
    const { apiVersion, kind } = found as Partial<Pod>;
    if (apiVersion !== "v1" || kind !== "Pod") return undefined;
    const { object, problem } = decodeObject("v1", "Pod", found as Pod);
    const manifest = object as Pod;
    if (problem !== undefined || !manifest.metadata?.name || !manifest.spec) return undefined;
    const pod = this.#parse(file, manifest);
    return pods.validateCreate(pod).length === 0 ? pod : undefined;
  }

  /** What upstream adds to a pod from a file (`pkg/kubelet/config/common.go` applyDefaults). */
  #parse(file: string, manifest: Pod): Pod {
    const uid = hashOf(`${JSON.stringify(manifest)}|${this.#nodeName}|${file}`);
    const { metadata, spec } = manifest;
    const named: Pod = {
      ...manifest,
      metadata: {
        ...metadata,
        name: `${assertDefined(metadata.name)}-${this.#nodeName}`,
        namespace: metadata.namespace ?? "default",
        uid,
        annotations: {
          ...metadata.annotations,
          [CONFIG_HASH]: uid,
          [CONFIG_SOURCE]: "file",
          "kubernetes.io/config.seen": formatTime(this.#process.now),
        },
      },
      spec: {
        ...spec,
        nodeName: this.#nodeName,
        tolerations: [...(spec.tolerations ?? []), TOLERATION],
      },
      status: { phase: "Pending" },
    };
    return pods.applyDefaults(named);
  }
}

/** 32 hexadecimal digits that tell one text from another. */
function hashOf(text: string): string {
  let out = "";
  for (let round = 0; round < 4; round++) {
    let h = 0x811c9dc5 ^ Math.imul(round + 1, 0x9e3779b9);
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
    out += ((h ^ (h >>> 13)) >>> 0).toString(16).padStart(8, "0");
  }
  return out;
}
