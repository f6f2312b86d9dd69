/** `npm run bench`: measures what the README promises, each case in a process of its own. */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { parseArgs } from "node:util";
import { CASES } from "./cases";
import type { Measurement } from "./measure";

const USAGE = `usage: npm run bench -- [--json] [--only CASE]…

  --json        one line {"name", "value", "unit"} a measurement, instead of a table
  --only CASE   only this case or this group of cases; may be given again
  --help        this text

cases: ${CASES.map((c) => c.name).join(", ")}
`;

/** A megabyte of heap for each node of the largest cluster would be too little to be sure of. */
const HEAP_FLAG = "--max-old-space-size=6144";

interface Options {
  readonly json: boolean;
  readonly only: readonly string[];
  /** Set by ourselves for the process of one case. */
  readonly run: string | undefined;
  readonly help: boolean;
}

function parseOptions(): Options {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      run: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  return { json: values.json, only: values.only, run: values.run, help: values.help };
}

function chosen(only: readonly string[]): string[] {
  const names = CASES.map((c) => c.name);
  for (const wanted of only) {
    if (!names.some((name) => matches(name, wanted))) throw new Error(`there is no case ${wanted}`);
  }
  return names.filter((name) => only.length === 0 || only.some((wanted) => matches(name, wanted)));
}

function matches(name: string, wanted: string): boolean {
  return name === wanted || name.startsWith(`${wanted}.`);
}

/** @returns the figures of one case, or undefined when it failed (it has said why) */
function measured(name: string): Measurement[] | undefined {
  const child = spawnSync(process.execPath, [HEAP_FLAG, process.argv[1] ?? "", "--run", name], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.status !== 0) return undefined;
  const lines = child.stdout.split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => JSON.parse(line) as Measurement);
}

function show({ name, value, unit }: Measurement, json: boolean): void {
  const rounded = Number(value.toPrecision(4));
  if (json) console.log(JSON.stringify({ name, value: rounded, unit }));
  else console.log(`${name.padEnd(36)} ${rounded.toLocaleString("en").padStart(14)} ${unit}`);
}

async function main(): Promise<void> {
  const options = parseOptions();
  if (options.help) {
    console.log(USAGE);
    return;
  }
  if (options.run !== undefined) {
    const figures = (await CASES.find((c) => c.name === options.run)?.run()) ?? [];
    for (const m of figures) console.log(JSON.stringify(m));
    return;
  }
  for (const name of chosen(options.only)) {
    const figures = measured(name);
    if (figures === undefined) {
      console.error(`${name} failed`);
      process.exitCode = 1;
    }
    for (const m of figures ?? []) show(m, options.json);
  }
}

main().catch((error: unknown) => {
  if (process.argv.includes("--run")) throw error;
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 2;
});
