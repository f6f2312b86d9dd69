/** House rules that neither the formatter, the linter nor the compiler checks. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { parseSync } from "vite";
import { describe, expect, it } from "vitest";

/** The formatter wraps code at 110; comments and texts get a little air. */
const MAX_COLUMNS = 120;
const MAX_LINES = 500;
const MAX_TEST_LINES = 800;
const TEXT = /\.(ts|tsx|mjs|css|md|html)$/;
const IN_SIMULATION = /^src\/(sim|scene)\//;

interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && typeof (value as SyntaxNode).type === "string";
}

function walk(value: unknown, visit: (node: SyntaxNode) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  else if (isNode(value)) {
    visit(value);
    for (const key of Object.keys(value)) walk(value[key], visit);
  }
}

/** Powers of big integers are exact everywhere; those of floating-point numbers are not. */
function isBigInt(node: unknown): boolean {
  return isNode(node) && typeof node["value"] === "bigint";
}

/** What may not be written in the simulated world, where the same seed must give the same run on every engine. */
function bannedInSimulation(node: SyntaxNode): string | undefined {
  if (node["async"] === true) return "async function: write a generator task";
  if (node.type === "AwaitExpression") return "await: yield an effect";
  if (node.type === "BinaryExpression" && node["operator"] === "**" && !isBigInt(node["left"]))
    return "**: multiply";
  if (node.type !== "CallExpression" || !isNode(node["callee"])) return undefined;
  const { property } = node["callee"];
  const called = isNode(property) ? property["name"] : undefined;
  const bare = Array.isArray(node["arguments"]) && node["arguments"].length === 0;
  const sorts = called === "sort" || called === "toSorted";
  return sorts && bare ? "sort without a comparator" : undefined;
}

/** @returns one line for each broken rule */
function inspectSimulation(file: string, source: string): string[] {
  const found: string[] = [];
  walk(parseSync(file, source).program, (node) => {
    const why = bannedInSimulation(node);
    if (why) found.push(`${file}:${source.slice(0, node.start).split("\n").length}: ${why}`);
  });
  return found;
}

function inspectText(file: string, source: string): string[] {
  const found: string[] = [];
  const lines = source.split("\n");
  const most = file.includes(".test.") || file.includes(".spec.") ? MAX_TEST_LINES : MAX_LINES;
  if (lines.length > most) found.push(`${file}: ${lines.length} lines, at most ${most}`);
  for (const [i, line] of lines.entries()) {
    const at = `${file}:${i + 1}`;
    // Prose may hold a long address or table row; code may not.
    if (line.length > MAX_COLUMNS && !file.endsWith(".md")) found.push(`${at}: ${line.length} columns`);
    if (/\b(?:TODO|FIXME|XXX)\b/.test(line)) found.push(`${at}: unfinished work belongs into an issue`);
  }
  return found;
}

const files = ["src", ".ci", "e2e"]
  .flatMap((dir) => readdirSync(dir, { recursive: true, encoding: "utf8" }).map((name) => `${dir}/${name}`))
  .filter((name) => TEXT.test(name) && name !== "src/tidy.test.ts")
  .sort((a, b) => (a < b ? -1 : 1));

it("keeps lines and files short and work finished", () => {
  expect(files.flatMap((file) => inspectText(file, readFileSync(file, "utf8")))).toEqual([]);
});

it("keeps the simulated world a function of its seed", () => {
  const ours = files.filter((file) => IN_SIMULATION.test(file) && /(?<!\.test)\.ts$/.test(file));
  expect(ours.length).toBeGreaterThan(0);
  expect(ours.flatMap((file) => inspectSimulation(file, readFileSync(file, "utf8")))).toEqual([]);
});

it("names files in kebab-case and has no barrels", () => {
  const code = files.filter((file) => /\.tsx?$/.test(file)).map((file) => file.split("/").pop() ?? "");
  expect(code.filter((name) => !/^[a-z0-9]+(?:[.-][a-z0-9]+)*\.tsx?$/.test(name))).toEqual([]);
  expect(code.filter((name) => /^index\.tsx?$/.test(name))).toEqual([]);
});

it("introduces each room of the simulation with a README", () => {
  const rooms = readdirSync("src/sim", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(rooms.map((room) => `src/sim/${room.name}/README.md`).filter((file) => !existsSync(file))).toEqual(
    [],
  );
});

describe("the checks themselves", () => {
  it.each([
    ["async function f() {}", "async function"],
    ["const f = async () => 1;", "async function"],
    ["const x = 2 ** 3;", "**"],
    ["items.sort();", "sort without"],
    ["items.toSorted();", "sort without"],
  ])("catch %s", (source, why) => {
    expect(inspectSimulation("a.ts", source).join()).toContain(why);
  });

  it.each([
    "items.sort((a, b) => a - b);",
    "const s = 'async () => 2 ** 3';",
    "const n = 10n ** 3n;",
    "/** sort() */ const a = 1;",
  ])("let %s pass", (source) => {
    expect(inspectSimulation("a.ts", source)).toEqual([]);
  });

  it("catch long lines, long files and leftovers", () => {
    expect(inspectText("a.ts", "x".repeat(121))).toEqual(["a.ts:1: 121 columns"]);
    expect(inspectText("a.ts", "\n".repeat(500))).toEqual(["a.ts: 501 lines, at most 500"]);
    expect(inspectText("a.ts", "// TODO later")).toHaveLength(1);
  });
});
