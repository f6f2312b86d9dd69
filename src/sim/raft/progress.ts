import { assert } from "../../shared/assert";

/**
 * - `probe`: the follower's log is not known; one append at a time.
 * - `replicate`: appends are pipelined, up to the window.
 * - `snapshot`: it needs what the log no longer has; nothing is sent until the snapshot arrived.
 */
export type ProgressState = "probe" | "replicate" | "snapshot";

/**
 * What a leader knows of one member's log. Models etcd-io/raft: tracker/progress.go and inflights.go.
 * Invariant: `match < next`.
 */
export class Progress {
  /** Highest index known to be on the member's disk. */
  match = 0;
  /** The next index to send. */
  next: number;
  state: ProgressState = "probe";
  /** In `probe`: an append is out and unanswered. */
  probeSent = false;
  /** In `snapshot`: index of the snapshot that is out. */
  pendingSnapshot = 0;
  /** In `snapshot`: ticks since it was sent. */
  snapshotTicks = 0;
  /** Heard of since the last quorum check. */
  recentActive = false;
  readonly isLearner: boolean;
  /** An append is due at the next flush; `forceAppend`: even one without news. */
  appendDue = false;
  forceAppend = false;
  /** Highest commit index that was sent along. */
  sentCommit = 0;
  /** Highest read round that the member confirmed. */
  readRound = 0;
  /** Last indexes of the appends in flight, from `#head` on, oldest first. */
  readonly #window: number[] = [];
  #head = 0;
  readonly #windowSize: number;

  constructor(next: number, isLearner: boolean, windowSize: number) {
    assert(windowSize > 0, "the window needs a place");
    this.next = next;
    this.isLearner = isLearner;
    this.#windowSize = windowSize;
  }

  get inFlight(): number {
    return this.#window.length - this.#head;
  }

  /** Nothing may be sent now. */
  get paused(): boolean {
    if (this.state === "probe") return this.probeSent;
    if (this.state === "replicate") return this.windowFull;
    return true;
  }

  /** Forgets all but `match`. */
  becomeProbe(): void {
    // After a snapshot, probing goes on behind it: the follower may have it already.
    const behind = this.state === "snapshot" ? this.pendingSnapshot : 0;
    this.#reset("probe");
    this.next = Math.max(this.match, behind) + 1;
  }

  becomeReplicate(): void {
    this.#reset("replicate");
    this.next = this.match + 1;
  }

  becomeSnapshot(index: number): void {
    this.#reset("snapshot");
    this.pendingSnapshot = index;
    this.next = index + 1;
  }

  /** Notes an append with entries up to `lastIndex` as sent. */
  sent(lastIndex: number, entries: number): void {
    if (this.state === "probe") {
      this.probeSent = true;
      return;
    }
    assert(this.state === "replicate", () => `an append was sent in state ${this.state}`);
    if (entries === 0) return;
    this.next = lastIndex + 1;
    assert(!this.windowFull, "the window is full");
    this.#window.push(lastIndex);
  }

  /** The member holds everything up to `index`. False when that is no news. */
  maybeUpdate(index: number): boolean {
    if (index <= this.match) return false;
    this.match = index;
    if (this.next <= index) this.next = index + 1;
    this.probeSent = false;
    return true;
  }

  /** Frees the window up to `index`. */
  acknowledged(index: number): void {
    while (this.inFlight > 0 && (this.#window[this.#head] as number) <= index) this.freeOldest();
  }

  /** Frees one place, so that a full window whose answers were lost can move on. */
  freeOldest(): void {
    if (this.inFlight === 0) return;
    this.#head++;
    if (this.#head < this.#windowSize && this.inFlight > 0) return;
    this.#window.splice(0, this.#head);
    this.#head = 0;
  }

  get windowFull(): boolean {
    return this.inFlight === this.#windowSize;
  }

  /**
   * The member refused the append after index `rejected`, and its log may agree up to `hint`.
   * False when the answer is out of date.
   */
  maybeDecrement(rejected: number, hint: number): boolean {
    if (this.state === "replicate") {
      if (rejected <= this.match) return false;
      this.next = this.match + 1;
      return true;
    }
    if (this.next - 1 !== rejected) return false;
    this.next = Math.max(Math.min(rejected, hint + 1), this.match + 1);
    this.probeSent = false;
    return true;
  }

  #reset(state: ProgressState): void {
    this.state = state;
    this.probeSent = false;
    this.pendingSnapshot = 0;
    this.snapshotTicks = 0;
    this.#window.length = 0;
    this.#head = 0;
  }
}
