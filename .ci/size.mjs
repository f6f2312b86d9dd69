#!/usr/bin/env node
// @ts-check
/**
 * Holds the built page to its budgets, all gzipped: what the page loads at first, what its worker does, and each
 * chunk that the worker fetches later; and that neither carries the other's code: no React in the worker, no
 * simulation in the page.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const FIRST_LOAD_KIB = 280;
/**
 * All that a cluster needs to live on the stage: every component, and every kind of the API with its rules. Of it 45
 * are re2js, as an API server has to match the patterns of custom kinds and a container's `grep` runs at any time.
 */
const WORKER_KIB = 376;
/** What the worker fetches once the stage is open, by the module that it comes from. */
const LATER_KIB = new Map([
  ["everything", 172],
  ["_virtual_kubernetes-descriptions", 120],
]);

/** Texts that survive minification and that only one side may hold. */
const ONLY_PAGE = ["react.transitional.element", "react-flow__"];
const ONLY_WORKER = ["Operation cannot be fulfilled on", "too old resource version"];

/** @param {string} html @returns {string[]} scripts and styles that are fetched before anything runs */
export function eagerAssets(html) {
  /** @type {string[]} */
  const found = [];
  for (const [tag] of html.matchAll(/<(?:script|link)\b[^>]*>/g)) {
    const url = /\b(?:src|href)="([^"]+)"/.exec(tag)?.[1];
    const loads = tag.startsWith("<script") || /rel="(?:modulepreload|stylesheet)"/.test(tag);
    if (url && loads) found.push(url);
  }
  return found;
}

/** @param {string} code @returns {string[]} the files that a script starts as workers */
export function workerAssets(code) {
  return [...code.matchAll(/new Worker\(\s*new URL\(\s*["'`]([^"'`]+)["'`]/g)].map(([, url = ""]) => url);
}

/** @param {string} code @returns {string[]} the chunks that a built script cannot start without */
export function staticImports(code) {
  return [...code.matchAll(/(?:\bfrom|\bimport)\s*["'](\.[^"']+)["']/g)].map(([, url = ""]) => url);
}

/** @param {string} code @returns {string[]} the chunks that a built script may fetch later */
export function dynamicImports(code) {
  return [...code.matchAll(/\bimport\(\s*["'`](\.[^"'`]+)["'`]/g)].map(([, url = ""]) => url);
}

/** @param {string} file @returns {string} a chunk's name without folder and hash */
export function chunkName(file) {
  return path.basename(file, ".js").replace(/-[\w-]{8}$/, "");
}

/** @param {string} dist @param {string} url */
const inDist = (dist, url) => path.join(dist, url.replace(/^\.?\//, ""));

/** @param {string[]} files */
const gzipKib = (files) => files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0) / 1024;

/** @param {string} entry @param {Set<string>} [seen] @returns {string[]} the file and all it imports statically */
function closure(entry, seen = new Set()) {
  if (seen.has(entry)) return [];
  seen.add(entry);
  const imported = staticImports(readFileSync(entry, "utf8")).map((url) =>
    path.join(path.dirname(entry), url),
  );
  return [entry, ...imported.flatMap((file) => closure(file, seen))];
}

/** @param {string[]} files @returns {{ name: string, kib: number, limit: number }[]} what they may fetch later */
function laterSizes(files) {
  const seen = new Set(files);
  const found = files.flatMap((file) =>
    dynamicImports(readFileSync(file, "utf8")).map((url) => path.join(path.dirname(file), url)),
  );
  const sizes = [...new Set(found)].map((file) => {
    const name = chunkName(file);
    return { name, kib: gzipKib(closure(file, new Set(seen))), limit: LATER_KIB.get(name) ?? 0 };
  });
  // A chunk that moved back into the worker, or has another name now.
  for (const name of LATER_KIB.keys())
    if (!sizes.some((s) => s.name === name)) sizes.push({ name: `${name} (not found)`, kib: 1, limit: 0 });
  return sizes.map((s) => ({ ...s, name: `worker, later: ${s.name}` }));
}

/** @param {string} dist @returns {string[]} broken budgets */
function check(dist) {
  /** @type {string[]} */
  const problems = [];
  const page = eagerAssets(readFileSync(path.join(dist, "index.html"), "utf8")).map((url) =>
    inDist(dist, url),
  );
  const scripts = page.filter((file) => file.endsWith(".js"));
  const workers = scripts.flatMap((file) => workerAssets(readFileSync(file, "utf8")));
  const worker = workers.flatMap((url) => closure(inDist(dist, url)));
  if (worker.length === 0) problems.push("the page starts no worker");
  const sizes = [
    { name: "first load", kib: gzipKib(page), limit: FIRST_LOAD_KIB },
    { name: "worker", kib: gzipKib(worker), limit: WORKER_KIB },
    ...laterSizes(worker),
  ];
  for (const { name, kib, limit } of sizes) {
    console.log(`${name}: ${kib.toFixed(1)} KiB gzip of ${limit}`);
    if (kib > limit) problems.push(`${name} is ${(kib - limit).toFixed(1)} KiB over its budget`);
  }
  for (const [name, files, foreign, own] of /** @type {const} */ ([
    ["worker", worker, ONLY_PAGE, ONLY_WORKER],
    ["page", scripts, ONLY_WORKER, ONLY_PAGE],
  ])) {
    const code = files.map((file) => readFileSync(file, "utf8")).join("\n");
    for (const text of foreign) if (code.includes(text)) problems.push(`the ${name} holds "${text}"`);
    // A marker that no side holds any more would make this check blind.
    for (const text of own)
      if (files.length && !code.includes(text)) problems.push(`no "${text}" in the ${name}`);
  }
  return problems;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = check("dist");
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
