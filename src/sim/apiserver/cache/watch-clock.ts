/**
 * Ends watches at their deadlines and sends bookmarks about once a minute, from one timer for all watches.
 */
import type { Kernel } from "../../kernel/kernel";
import type { Task } from "../../kernel/task";
import { MINUTE, SECOND } from "../../kernel/time";
import type { Watcher } from "./watcher";

const BOOKMARK_PERIOD = 1 * MINUTE;

export class WatchClock {
  readonly #kernel: Kernel;
  readonly #revision: () => number;
  /** By the second at which something is due. */
  readonly #due = new Map<number, Watcher[]>();

  constructor(kernel: Kernel, revision: () => number) {
    this.#kernel = kernel;
    this.#revision = revision;
  }

  add(watcher: Watcher): void {
    const { now } = this.#kernel;
    const next = watcher.bookmarks ? Math.min(now + BOOKMARK_PERIOD, watcher.deadline) : watcher.deadline;
    const second = Math.ceil(next / SECOND);
    const due = this.#due.get(second);
    if (due === undefined) this.#due.set(second, [watcher]);
    else due.push(watcher);
  }

  /** Ticks for ever. Run it in a quiet context. */
  *run(): Task {
    for (;;) {
      const { now } = this.#kernel;
      const second = Math.floor(now / SECOND) + 1;
      yield second * SECOND - now;
      const due = this.#due.get(second);
      if (due === undefined) continue;
      this.#due.delete(second);
      for (const watcher of due) this.#serve(watcher);
    }
  }

  #serve(watcher: Watcher): void {
    if (!watcher.exchange.open) return;
    if (this.#kernel.now >= watcher.deadline) {
      watcher.settled();
      watcher.exchange.end();
      return;
    }
    if (watcher.bookmarks) watcher.sendBookmark(this.#revision(), false);
    this.add(watcher);
  }
}
