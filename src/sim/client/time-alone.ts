import type { KernelEvent } from "../kernel/event-queue";
import type { Kernel } from "../kernel/kernel";

const NOBODY: KernelEvent = {
  at: 0,
  id: 0,
  cause: 0,
  story: 0,
  quiet: true,
  run: () => {},
  arg: undefined,
  over: true,
};

/**
 * From here on the current task acts in nobody's name: for loops that look at the clock. Else all that they find
 * would seem to follow from what once started the loop.
 */
export function actByTimeAlone(kernel: Kernel): void {
  kernel.adopt(NOBODY);
}
