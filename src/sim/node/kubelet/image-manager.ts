import { err, ok, type Result } from "../../../shared/result";
import type { Pod, Container } from "../../api/types";
import { ItemBackoff } from "../../client/item-backoff";
import { objectRef, type EventRecorder } from "../../client/event-recorder";
import { Future } from "../../kernel/future";
import type { Process } from "../../kernel/process";
import { Mailbox, race, type Task } from "../../kernel/task";
import type { Micros } from "../../kernel/time";
import { criErrorText, type CriClient } from "../runtime/cri/client";
import type { CriResult } from "../runtime/cri/types";
import { BACKOFF_INITIAL, BACKOFF_MAX } from "./defaults";
import { goDuration } from "./go-duration";

/** Why a container could not be started. */
export interface StartError {
  readonly reason: string;
  readonly message: string;
  /** When it may be tried again; undefined: as any error. */
  readonly retryAt?: Micros;
}

interface PullRequest {
  readonly image: string;
  readonly podUid: string;
  readonly done: Future<Pulled>;
}

interface Pulled {
  readonly result: CriResult<"PullImage">;
  /** Without the time in the queue. */
  readonly took: Micros;
}

/** Sees to it that an image is there before its container is created (`pkg/kubelet/images/image_manager.go`). */
export class ImageManager {
  readonly #process: Process;
  readonly #cri: CriClient;
  readonly #recorder: EventRecorder;
  readonly #queue: Mailbox<PullRequest>;
  readonly #lastError = new Map<string, string>();
  readonly backoff = new ItemBackoff(BACKOFF_INITIAL, BACKOFF_MAX);
  /** Called when the images on the disk have changed. */
  onPulled: (() => void) | undefined;

  constructor(process: Process, cri: CriClient, recorder: EventRecorder) {
    this.#process = process;
    this.#cri = cri;
    this.#recorder = recorder;
    this.#queue = new Mailbox(process.kernel);
    process.spawn("image puller", this.#pullSerially());
  }

  /** Images are pulled one after the other (`serializeImagePulls`). */
  *#pullSerially(): Task {
    for (;;) {
      const request: PullRequest = yield* this.#queue.receive();
      const from = this.#process.now;
      const { image, podUid } = request;
      const result = yield* this.#cri.call("PullImage", { image, podUid }, { timeout: 0 });
      request.done.resolve({ result, took: this.#process.now - from });
    }
  }

  /** Gives the image's id. `cancel` settles when the pod is to end: waiting for a pull is over then. */
  *ensure(pod: Pod, container: Container, cancel: Future<void>): Task<Result<string, StartError>> {
    const image = container.image ?? "";
    const present = yield* this.#cri.call("ImageStatus", { image });
    if (!present.ok) return err({ reason: "ImageInspectError", message: criErrorText(present.error) });
    const policy = container.imagePullPolicy ?? "IfNotPresent";
    if (present.value !== null && policy !== "Always") {
      this.#event(pod, container, "Normal", "Pulled", alreadyPresent(image));
      return ok(present.value.id);
    }
    if (policy === "Never") {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      this.#event(pod, container, "Warning", "ErrImageNeverPull", message);
      return err({ reason: "ErrImageNeverPull", message });
    }
    return yield* this.#pull(pod, container, image, cancel);
  }

  *#pull(
    pod: Pod,
    container: Container,
    image: string,
    cancel: Future<void>,
  ): Task<Result<string, StartError>> {
    const key = `${pod.metadata.uid}_${image}`;
    const from = this.#process.now;
    const until = this.backoff.waitsUntilUpdate(key, from);
    if (until !== undefined) {
      const message = `Back-off pulling image "${image}"`;
      this.#event(pod, container, "Normal", "BackOff", message);
      const last = this.#lastError.get(key) ?? "";
      return err({
        reason: "ImagePullBackOff",
        message: `${message}: ErrImagePull: ${last}`,
        retryAt: until,
      });
    }
    this.#event(pod, container, "Normal", "Pulling", `Pulling image "${image}"`);
    const done = new Future<Pulled>(this.#process.kernel);
    this.#queue.push({ image, podUid: pod.metadata.uid, done });
    const futures = [done as Future<unknown>, cancel as Future<unknown>];
    if ((yield* race(this.#process.kernel, futures)) === 1) {
      return err({ reason: "ErrImagePull", message: "rpc error: code = Canceled desc = context canceled" });
    }
    const { result, took } = done.value as Pulled;
    const { now } = this.#process;
    if (result.ok) {
      const waited = goDuration(now - from);
      const message =
        `Successfully pulled image "${image}" in ${goDuration(took)} (${waited} including waiting). ` +
        `Image size: ${result.value.size} bytes.`;
      this.#event(pod, container, "Normal", "Pulled", message);
      this.onPulled?.();
      return ok(result.value.id);
    }
    const text = criErrorText(result.error);
    this.#event(pod, container, "Warning", "Failed", `Failed to pull image "${image}": ${text}`);
    this.#lastError.set(key, text);
    this.backoff.next(key, now, now);
    const invalid = result.error.code === "InvalidArgument";
    return err({ reason: invalid ? "InvalidImageName" : "ErrImagePull", message: text });
  }

  /** Forgets a pod that is gone. */
  forget(uid: string): void {
    this.backoff.forget(`${uid}_`);
    for (const key of this.#lastError.keys()) if (key.startsWith(`${uid}_`)) this.#lastError.delete(key);
  }

  #event(pod: Pod, container: Container, type: "Normal" | "Warning", reason: string, message: string): void {
    const ref = objectRef(pod, `spec.containers{${container.name}}`);
    this.#recorder.event(ref, type, reason, message);
  }
}

function alreadyPresent(image: string): string {
  return `Container image "${image}" already present on machine and can be accessed by the pod`;
}
