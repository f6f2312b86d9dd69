import { MAX_SCORE, type NodeScorer, type Plugin } from "../framework/plugin";
import type { NodeInfo } from "../node-info";
import type { Pod } from "../../api/types";
import type { Snapshot } from "../snapshot";

const MIB = 1024 * 1024;
/** Below this an image's pull is not worth counting. */
const SMALLEST = 23 * MIB;
/** Above this, for each container, more does not count. */
const LARGEST = 1000 * MIB;

interface WantedImage {
  readonly name: string;
  readonly holders: number;
}

class ImageScorer implements NodeScorer {
  readonly #images: readonly WantedImage[];
  readonly #containers: number;
  readonly #nodes: number;

  constructor(images: readonly WantedImage[], containers: number, nodes: number) {
    this.#images = images;
    this.#containers = containers;
    this.#nodes = nodes;
  }

  score(node: NodeInfo): number {
    let sum = 0;
    for (const { name, holders } of this.#images) {
      const size = node.images.get(name);
      // An image that few nodes have counts less, so that a workload does not gather on the one that has it.
      if (size !== undefined) sum += Math.floor(size * (holders / this.#nodes));
    }
    const most = LARGEST * this.#containers;
    const clipped = sum < SMALLEST ? SMALLEST : sum > most ? most : sum;
    return Math.floor((MAX_SCORE * (clipped - SMALLEST)) / (most - SMALLEST));
  }
}

/** `nginx` and `nginx:latest` are the same image. */
function normalized(image: string): string {
  return image.lastIndexOf(":") <= image.lastIndexOf("/") ? `${image}:latest` : image;
}

function wantedImages(pod: Pod, snapshot: Snapshot): { images: WantedImage[]; containers: number } {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const images: WantedImage[] = [];
  for (const { image } of containers) {
    const name = normalized(image ?? "");
    const holders = snapshot.nodesWithImage(name).size;
    if (holders > 0) images.push({ name, holders });
  }
  return { images, containers: containers.length };
}

/** Prefers nodes that have the pod's images already (upstream `plugins/imagelocality`). */
export const imageLocality: Plugin = {
  name: "ImageLocality",
  prepareScore({ pod }, _nodes, snapshot) {
    const { images, containers } = wantedImages(pod, snapshot);
    return images.length === 0 ? undefined : new ImageScorer(images, containers, snapshot.nodes.length);
  },
  events: [],
};
