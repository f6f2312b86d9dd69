/**
 * What changes a cluster, by the real kubectl and by the page's: twin clusters of one seed, each driven by one of
 * them, line by line. Every line prints the same, and leaves the same behind.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HAVE_CLIENTS, type Outcome } from "../programs";
import { openWorld, type World } from "../world";
import { outcomeOf, withoutChance } from "./chance";
import { plain } from "./compare";
import { DIFFERENT } from "./different";
import { PageShell } from "./page-shell";
import { SCRIPT_FILES } from "./script-files";
import { STOCK } from "./stock";
import { SCRIPTS } from "./writes";

/** Virtual seconds after each line, in which controllers do what is to be done. */
const SETTLE = 5;
/** Lines whose program waits by its own clock. */
const WAITS = /^kubectl drain/;
/** Kinds whose objects are compared after each line. */
const KINDS =
  "deployments,statefulsets,daemonsets,services,configmaps,secrets,hpa,rolebindings,jobs,cronjobs";

interface StateObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: object;
    readonly annotations?: object;
    readonly managedFields?: readonly {
      readonly manager: string;
      readonly operation: string;
      readonly subresource?: string;
    }[];
  };
  readonly spec?: object;
  readonly data?: object;
  readonly subjects?: unknown;
}

/** What users have made of objects: not how controllers fare with them. */
function stateOf(page: PageShell): unknown {
  const read = (what: string): StateObject[] => {
    const { stdout } = page.run(`kubectl get ${what} -n default -o json --show-managed-fields`);
    return (JSON.parse(stdout) as { readonly items: StateObject[] }).items;
  };
  const objects = [...read(KINDS), ...read("nodes")];
  return objects.map(({ kind, metadata, spec, data, subjects }) => {
    const { name, labels, annotations, managedFields = [] } = metadata;
    const managers = managedFields
      .filter(({ subresource }) => subresource !== "status")
      .map(({ manager, operation }) => `${manager} ${operation}`)
      .sort((a, b) => (a < b ? -1 : 1));
    const state = { kind, name, labels, annotations, managers, spec, data, subjects };
    return JSON.parse(withoutChance(JSON.stringify(state))) as unknown;
  });
}

describe.skipIf(!HAVE_CLIENTS)("the page's kubectl does what the real one does", () => {
  let real: World;
  let ours: World;
  let page: PageShell;
  let beside: PageShell;
  beforeAll(async () => {
    const config = { workers: 3, workload: "none" } as const;
    real = await openWorld(config);
    ours = await openWorld(config);
    page = new PageShell(ours.cluster);
    beside = new PageShell(real.cluster);
    for (const [name, text] of Object.entries({ ...STOCK, ...SCRIPT_FILES })) {
      writeFileSync(path.join(real.home.folder, name), text);
      page.write(name, text);
    }
  }, 60_000);
  afterAll(async () => {
    await real.close();
    await ours.close();
  });

  const comparable = (line: string, { code, stdout, stderr }: Outcome): Outcome => ({
    code,
    stdout: outcomeOf(line, stdout),
    stderr: outcomeOf(line, stderr),
  });

  describe.each(SCRIPTS)("$name", ({ lines }) => {
    it.each(lines.filter((line) => !DIFFERENT.has(line)))("%s", async (line) => {
      const running = real.home.shell(line);
      const theirs = plain(await (WAITS.test(line) ? real.time.flow(running) : running), real.clock);
      const mine = plain(page.run(line), undefined);
      expect(comparable(line, mine)).toEqual(comparable(line, theirs));
      for (const world of [real, ours]) world.time.pass(SETTLE);
      expect(stateOf(page)).toEqual(stateOf(beside));
    });
  });
});
