/** Notices that the worker has given no sign of life for long, though one is due. */

/** Silence is counted in these (ms). */
const TICK_MS = 1000;
/** After so many silent ticks the worker is asked for a sign of life. */
const ASK_AFTER = 2;
/**
 * After so many it is said to be silent. The longest that a worker computes without a sign is one event, or one scene:
 * about a second with 5,000 nodes; a busy machine may take several times that.
 */
const TELL_AFTER = 10;

export interface Watchdog {
  /** Something was sent to the worker, which owes a sign of life from then on. */
  readonly sent: () => void;
  /** Something came from the worker. */
  readonly heard: () => void;
  /** Does anybody look at the page? Browsers slow down and freeze what nobody looks at. */
  readonly looked: (visible: boolean) => void;
  /** The worker is gone. */
  readonly stop: () => void;
}

/**
 * Silence is counted by the page's own timer, a tick at a time, so that a stretch in which the page stood still
 * itself (a laptop that slept, a long task) counts as one tick. Nothing ticks while nothing is due. Until the worker
 * is heard for the first time, its code is still on its way, and nothing is due either.
 *
 * @param ask asks the worker for a sign of life
 * @param tell called when silence begins to be worth a word, and when it ends
 */
export function createWatchdog(ask: () => void, tell: (silent: boolean) => void): Watchdog {
  let started = false;
  let due = false;
  let visible = true;
  let ticks = 0;
  let silent = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const wind = (): void => {
    if (timer === undefined && started && due && visible && !silent) timer = setTimeout(tick, TICK_MS);
  };
  const rest = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const tick = (): void => {
    timer = undefined;
    if (!due) return;
    ticks++;
    if (ticks === ASK_AFTER) ask();
    if (ticks === TELL_AFTER) {
      silent = true;
      tell(true);
    }
    wind();
  };

  return {
    sent() {
      due = true;
      wind();
    },
    heard() {
      started = true;
      due = false;
      ticks = 0;
      if (!silent) return;
      silent = false;
      tell(false);
    },
    looked(now) {
      visible = now;
      ticks = 0;
      if (visible) wind();
      else rest();
    },
    stop() {
      rest();
      started = false;
      due = false;
    },
  };
}
