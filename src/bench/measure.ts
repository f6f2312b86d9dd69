import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** One figure, as printed. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** What a piece of work took: wall time, and processor time of this process (garbage collection included). */
export interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Runs some work and tells what it took. */
export function cost(work: () => void): Cost {
  const cpu = process.cpuUsage();
  const began = performance.now();
  work();
  const wallMs = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

let collect: (() => void) | undefined;

/** Megabytes that are alive after a full collection. */
export function heapMb(): number {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
  collect();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}
