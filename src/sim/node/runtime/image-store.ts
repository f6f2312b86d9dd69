import { err, ok, type Result } from "../../../shared/result";
import { Future } from "../../kernel/future";
import type { Host } from "../../kernel/host";
import type { Process } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import type { Micros } from "../../kernel/time";
import { PULL_BYTES_PER_SECOND, PULL_JITTER_PERCENT, TIMES } from "./defaults";
import { findImage, layersOf, type CatalogImage } from "./image-catalog";
import { parseImageReference, type ImageReference } from "./image-reference";
import type { CriError, ImageRecord } from "./cri/types";

const IMAGES = "containerd/images";

/** A pull under way, for views: when it began and when it will be done. */
export interface Pull {
  readonly image: string;
  readonly start: Micros;
  /** Known once the registry has answered; 0 before. */
  readonly end: Micros;
  readonly podUids: readonly string[];
}

type PullResult = Result<ImageRecord, CriError>;

/** The images on a node's disk, and how others get there. */
export class ImageStore {
  readonly #process: Process;
  readonly #host: Host;
  readonly #pulling = new Map<string, Future<PullResult>>();
  /** By normalized reference. */
  readonly pulls = new Map<string, Pull>();

  constructor(process: Process, preloaded: readonly string[]) {
    this.#process = process;
    this.#host = process.host;
    if (this.#host.disk.read(IMAGES) === undefined) this.#preload(preloaded);
  }

  list(): readonly ImageRecord[] {
    return this.#host.disk.read(IMAGES) as readonly ImageRecord[];
  }

  /** The image of this name, if it is on the disk. */
  find(image: string): ImageRecord | undefined {
    const reference = parseImageReference(image);
    return reference && this.list().find((r) => r.reference === reference.full);
  }

  remove(image: string): void {
    const reference = parseImageReference(image);
    this.#save(this.list().filter((r) => r.reference !== reference?.full));
  }

  /** Pulls an image, or joins a pull of it that is under way. */
  *pull(image: string, podUid: string): Task<PullResult> {
    const reference = parseImageReference(image);
    if (reference === undefined) {
      const message = `failed to parse image reference "${image}": invalid reference format`;
      return err({ code: "InvalidArgument", message });
    }
    const running = this.#pulling.get(reference.full);
    if (running !== undefined) {
      this.#note(reference, { podUid });
      return yield* running;
    }
    const done = new Future<PullResult>(this.#process.kernel);
    this.#pulling.set(reference.full, done);
    this.#note(reference, { podUid });
    const result = yield* this.#fetch(reference);
    this.#pulling.delete(reference.full);
    this.pulls.delete(reference.full);
    done.resolve(result);
    return result;
  }

  *#fetch(reference: ImageReference): Task<PullResult> {
    const rng = this.#process.kernel.rng(`containerd/${this.#host.name}`);
    const catalog = findImage(reference);
    const resolveTime = rng.between(...TIMES.resolveImage);
    const missing = catalog === undefined ? 0 : this.#missingBytes(catalog, reference);
    const transfer = Math.round((missing / PULL_BYTES_PER_SECOND) * 1_000_000);
    const transferTime = missing === 0 ? 0 : rng.jitter(transfer, PULL_JITTER_PERCENT);
    this.#note(reference, { end: this.#process.now + resolveTime + transferTime });
    yield resolveTime;
    if (catalog === undefined) return err(notFound(reference));
    if (transferTime > 0) yield transferTime;
    const record = recordOf(catalog, reference);
    this.#save([...this.list().filter((r) => r.reference !== record.reference), record]);
    return ok(record);
  }

  #missingBytes(catalog: CatalogImage, reference: ImageReference): number {
    const have = new Set(this.list().flatMap((r) => r.layers));
    let bytes = 0;
    for (const layer of layersOf(catalog, reference)) if (!have.has(layer.id)) bytes += layer.size;
    return bytes;
  }

  #note(reference: ImageReference, change: { podUid?: string; end?: Micros }): void {
    const before = this.pulls.get(reference.full);
    const podUids = before?.podUids ?? [];
    this.pulls.set(reference.full, {
      image: reference.full,
      start: before?.start ?? this.#process.now,
      end: change.end ?? before?.end ?? 0,
      podUids: change.podUid === undefined ? podUids : [...podUids, change.podUid],
    });
  }

  #preload(images: readonly string[]): void {
    const records: ImageRecord[] = [];
    for (const image of images) {
      const reference = parseImageReference(image);
      const catalog = reference && findImage(reference);
      if (reference !== undefined && catalog !== undefined) records.push(recordOf(catalog, reference));
    }
    this.#save(records);
  }

  #save(records: readonly ImageRecord[]): void {
    this.#host.disk.write(IMAGES, records);
    this.#host.disk.fsync();
  }
}

function notFound(reference: ImageReference): CriError {
  const name = reference.full;
  const message =
    `failed to pull and unpack image "${name}": ` +
    `failed to resolve reference "${name}": ${name}: not found`;
  return { code: "NotFound", message };
}

/** Far more than there are images on anybody's nodes. */
const RECORDS_MAX = 10_000;
const records = new Map<string, ImageRecord>();

/** The record of an image: one object for all nodes. */
function recordOf(catalog: CatalogImage, reference: ImageReference): ImageRecord {
  const known = records.get(reference.full);
  if (known !== undefined) return known;
  const layers = layersOf(catalog, reference);
  const record: ImageRecord = {
    reference: reference.full,
    id: `${reference.repository}@sha256:${digest(reference.full)}`,
    size: layers.reduce((sum, layer) => sum + layer.size, 0),
    layers: layers.map((layer) => layer.id),
  };
  if (records.size >= RECORDS_MAX) records.clear();
  records.set(reference.full, record);
  return record;
}

/** 64 hexadecimal digits that stand for a content hash: the same for the same name, everywhere. */
export function digest(text: string): string {
  let out = "";
  for (let round = 0; round < 8; round++) {
    let h = 0x811c9dc5 ^ Math.imul(round + 1, 0x9e3779b9);
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
    out += ((h ^ (h >>> 13)) >>> 0).toString(16).padStart(8, "0");
  }
  return out;
}
