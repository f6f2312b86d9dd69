#!/usr/bin/env node
// @ts-check
/**
 * Checks who imports whom against boundaries.json, and that no two files import each other in a circle.
 *
 * A zone is a folder (or a file); a file belongs to the zone with the longest matching path, and `*` stands for
 * one segment (so that each folder under src/ui is a zone of its own). A zone imports itself, what `may` lists,
 * what `types` lists by `import type` only, and its `packages`. Type-only circles are harmless and allowed.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";

/**
 * @typedef {{ path: string, may: string[], types?: string[], packages?: string[] }} Zone
 * @typedef {{ zones: Zone[], tests: { may: string[], packages: string[] }, onlyTestsImport: string[] }} Table
 * @typedef {{ from: string, specifier: string, typeOnly: boolean }} Import
 */

const CODE = /\.(ts|tsx|mts)$/;
const TEST = /\.test\.tsx?$/;

/** @param {string} file @param {string} prefix */
const isUnder = (file, prefix) =>
  file === prefix || file.startsWith(`${prefix}/`) || file.startsWith(`${prefix}.`);

/**
 * The imports of one file, with what is imported for its types alone marked.
 * @param {string} file @param {string} source @returns {Import[]}
 */
export function importsOf(file, source) {
  const { module } = parseSync(file, source);
  /** @type {Import[]} */
  const found = [];
  for (const { moduleRequest, entries } of module.staticImports) {
    const typeOnly = entries.length > 0 && entries.every((entry) => entry.isType);
    found.push({ from: file, specifier: moduleRequest.value, typeOnly });
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) {
      if (moduleRequest) found.push({ from: file, specifier: moduleRequest.value, typeOnly: isType });
    }
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const text = source.slice(moduleRequest.start, moduleRequest.end);
    if (/^["'`]/.test(text)) found.push({ from: file, specifier: text.slice(1, -1), typeOnly: false });
  }
  return found;
}

/**
 * @param {Table} table @param {string} file
 * @returns {{ zone: Zone, root: string } | undefined} the zone and the folder that it means for this file
 */
export function zoneOf(table, file) {
  const parts = file.split("/");
  /** @type {{ zone: Zone, root: string } | undefined} */
  let best;
  for (const zone of table.zones) {
    const wanted = zone.path.split("/");
    const root = wanted.map((part, i) => (part === "*" ? (parts[i] ?? "*") : part)).join("/");
    const longer = !best || root.length > best.root.length;
    const exact = root.length === best?.root.length && best.zone.path.includes("*");
    if (isUnder(file, root) && (longer || exact)) best = { zone, root };
  }
  return best;
}

/**
 * Why this import is forbidden; undefined when it is allowed.
 * @param {Table} table @param {Import} edge
 * @param {string} [target] the imported file, when the import is one of ours
 * @returns {string | undefined}
 */
export function violation(table, edge, target) {
  const source = zoneOf(table, edge.from);
  if (!source) return `${edge.from}: belongs to no zone of .ci/boundaries.json`;
  const isTest = TEST.test(edge.from);
  const { zone, root } = source;
  if (target === undefined) {
    const allowed = [...(zone.packages ?? []), ...(isTest ? table.tests.packages : [])];
    const name = edge.specifier;
    if (allowed.some((p) => p === "*" || name === p || name.startsWith(p.endsWith(":") ? p : `${p}/`)))
      return undefined;
    return `${edge.from}: package "${name}" is not for ${root}`;
  }
  const inHarness = isTest || table.onlyTestsImport.some((p) => isUnder(edge.from, p));
  if (!inHarness && table.onlyTestsImport.some((p) => isUnder(target, p))) {
    return `${edge.from}: ${target} is for tests only`;
  }
  const other = zoneOf(table, target);
  if (!other) return isUnder(target, ".ci") && zone.may.includes(".ci") ? undefined : `${target}: no zone`;
  if (other.root === root) return undefined;
  const allowed = [...zone.may, ...(edge.typeOnly ? (zone.types ?? []) : [])];
  if (isTest) allowed.push(...table.tests.may);
  if (allowed.some((p) => isUnder(other.root, p) || isUnder(target, p))) return undefined;
  return `${edge.from}: ${root} must not import ${target}${edge.typeOnly ? " (not even its types)" : ""}`;
}

/**
 * One circle of files for each strongly connected group, as `a > b > a`.
 * @param {Map<string, string[]>} graph @returns {string[]}
 */
export function cycles(graph) {
  /** @type {string[]} */
  const found = [];
  /** @type {Map<string, "open" | "done">} */
  const state = new Map();
  /** @type {string[]} */
  const stack = [];
  /** @param {string} file */
  const visit = (file) => {
    state.set(file, "open");
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      if (state.get(next) === "open") found.push([...stack.slice(stack.indexOf(next)), next].join(" > "));
      else if (!state.has(next)) visit(next);
    }
    stack.pop();
    state.set(file, "done");
  };
  for (const file of graph.keys()) if (!state.has(file)) visit(file);
  return found;
}

/** @param {string} from @param {string} specifier @returns {string | undefined} */
function resolve(from, specifier) {
  const base = path.posix.join(path.posix.dirname(from), specifier.replace(/\?.*$/, ""));
  const isFile = (/** @type {string} */ p) => existsSync(p) && statSync(p).isFile();
  return [base, `${base}.ts`, `${base}.tsx`, `${base}.d.ts`, `${base}/index.ts`].find(isFile);
}

/** @param {string} dir @returns {string[]} */
function filesUnder(dir) {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .map((name) => path.posix.join(dir, name.split(path.sep).join("/")))
    .filter((name) => CODE.test(name))
    .sort();
}

/** @param {Table} table @returns {string[]} what is wrong in the tree under the current folder */
export function check(table) {
  /** @type {string[]} */
  const problems = [];
  /** @type {Map<string, string[]>} */
  const graph = new Map();
  for (const file of [...filesUnder("src"), ...filesUnder("e2e")]) {
    /** @type {string[]} */
    const values = [];
    graph.set(file, values);
    for (const edge of importsOf(file, readFileSync(file, "utf8"))) {
      const relative = edge.specifier.startsWith(".");
      const target = relative ? resolve(file, edge.specifier) : undefined;
      if (relative && !target) {
        problems.push(`${file}: cannot find ${edge.specifier}`);
        continue;
      }
      const problem = violation(table, edge, target);
      if (problem) problems.push(problem);
      if (target && !edge.typeOnly) values.push(target);
    }
  }
  return [...problems, ...cycles(graph).map((circle) => `circle: ${circle}`)];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const table = JSON.parse(readFileSync(new URL("boundaries.json", import.meta.url), "utf8"));
  const problems = check(table);
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? "boundaries: kept" : `boundaries: ${problems.length} broken`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
