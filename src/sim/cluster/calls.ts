import type { Kernel } from "../kernel/kernel";
import type { HttpRequestSpec } from "./commands";
import type { Answer, StreamCall, StreamSink, Workstation } from "./workstation";

/** How a request ended, in a few words: an error's message is its Status's. */
export function outcomeOf({ status, error, body }: Answer): object {
  const { message } = (typeof body === "object" && body !== null ? body : {}) as { message?: unknown };
  return status >= 400 && typeof message === "string" ? { status, error, message } : { status, error };
}

/**
 * The requests of clients outside, each by its name, from the command that begins them to their end. Whoever wants
 * to hear of one follows it; nothing in the cluster depends on whether anybody does.
 */
export class Calls {
  readonly #workstation: Workstation;
  readonly #kernel: Kernel;
  readonly #open = new Map<string, StreamCall>();
  readonly #followers = new Map<string, StreamSink>();

  constructor(workstation: Workstation, kernel: Kernel) {
    this.#workstation = workstation;
    this.#kernel = kernel;
  }

  /** Names of those that are under way. */
  get open(): readonly string[] {
    return [...this.#open.keys()];
  }

  get(id: string): StreamCall | undefined {
    return this.#open.get(id);
  }

  /** Asks to be told what comes of a request that will begin; it is told until the end or until it hangs up. */
  follow(id: string, sink: StreamSink): void {
    this.#followers.set(id, sink);
  }

  begin(id: string, request: HttpRequestSpec): void {
    // A name that is given again means the newer one; the older has nobody who could end it.
    this.#open.get(id)?.cancel();
    const follower = this.#followers.get(id);
    const call: StreamCall = this.#workstation.stream(request, {
      onResponse: (answer, more) => {
        this.#kernel.fact("answer", id, outcomeOf(answer));
        if (!more) this.#forget(id, call);
        follower?.onResponse(answer, more);
      },
      onItem: (item) => follower?.onItem(item),
      onEnd: (error) => {
        this.#forget(id, call);
        follower?.onEnd(error);
      },
    });
    this.#open.set(id, call);
  }

  cancel(id: string): void {
    const call = this.#open.get(id);
    if (call === undefined) return;
    this.#forget(id, call);
    call.cancel();
  }

  #forget(id: string, call: StreamCall): void {
    if (this.#open.get(id) !== call) return;
    this.#open.delete(id);
    this.#followers.delete(id);
  }
}
