#!/usr/bin/env node
// @ts-check
/**
 * `npm test`: every check there is, one after the other, going on after a failing one. Ends with the plain line
 * `N passed, N failed, N skipped`; exit code 0 only when nothing failed. `npm test -- unit e2e` runs some steps.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { countPlaywright, countVitest, summaryLine, total } from "./summary.mjs";

const UNIT_REPORT = "reports/vitest.json";
const CLIENTS_REPORT = "reports/clients.json";
const E2E_REPORT = "reports/playwright.json";
/** Tests that run the real kubectl, Helm and client libraries. */
const CLIENTS = "src/server/clients";

/** @param {string} report @returns {string[]} */
function vitestTo(report) {
  return ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
}

/**
 * @typedef {{ name: string, command: string, args: string[], report?: string, env?: Record<string, string>,
 *   count?: (report: any) => import("./summary.mjs").Count }} Check
 */
/** @type {Check[]} */
const CHECKS = [
  { name: "types", command: "tsc", args: ["-b"] },
  { name: "lint", command: "oxlint", args: ["--type-aware", "--deny-warnings"] },
  { name: "format", command: "oxfmt", args: ["--check", "."] },
  { name: "boundaries", command: process.execPath, args: [".ci/boundaries.mjs"] },
  { name: "unused", command: "knip", args: ["--config", ".ci/knip.json"] },
  {
    name: "unit",
    command: "vitest",
    args: [...vitestTo(UNIT_REPORT), "--exclude", `${CLIENTS}/**`],
    report: UNIT_REPORT,
    count: countVitest,
  },
  {
    name: "clients",
    command: "vitest",
    args: [...vitestTo(CLIENTS_REPORT), CLIENTS],
    report: CLIENTS_REPORT,
    count: countVitest,
  },
  { name: "build", command: "vite", args: ["build"] },
  { name: "size", command: process.execPath, args: [".ci/size.mjs"] },
  {
    name: "e2e",
    command: "playwright",
    args: ["test", "--config", "e2e/playwright.config.ts", "--reporter=list,json"],
    report: E2E_REPORT,
    env: { CI: "1", PLAYWRIGHT_JSON_OUTPUT_NAME: path.resolve(E2E_REPORT) },
    count: countPlaywright,
  },
];

/** @param {Check} check @returns {import("./summary.mjs").Step & { seconds: number }} */
function run({ name, command, args, report, env, count }) {
  console.log(`\n== ${name}: ${path.basename(command)} ${args.join(" ")}`);
  const started = Date.now();
  const done = spawnSync(command, args, {
    stdio: "inherit",
    env: { ...process.env, PATH: `node_modules/.bin${path.delimiter}${process.env["PATH"]}`, ...env },
    shell: process.platform === "win32",
  });
  const seconds = (Date.now() - started) / 1000;
  const ok = done.status === 0;
  console.log(`== ${name}: ${ok ? "ok" : "FAILED"} (${seconds.toFixed(1)} s)`);
  const counted =
    report && existsSync(report) ? count?.(JSON.parse(readFileSync(report, "utf8"))) : undefined;
  return { name, ok, seconds, count: counted };
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !CHECKS.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(`No such step: ${unknown.join(", ")}. There are: ${CHECKS.map((c) => c.name).join(", ")}`);
  process.exit(2);
}
rmSync("reports", { recursive: true, force: true });
mkdirSync("reports");
const steps = CHECKS.filter((check) => wanted.length === 0 || wanted.includes(check.name)).map(run);
const sum = total(steps);
writeFileSync("reports/summary.json", JSON.stringify({ ...sum, steps }, null, 2));
const broken = steps.filter((step) => !step.ok).map((step) => step.name);
console.log(broken.length > 0 ? `\nfailed: ${broken.join(", ")}` : "\nall steps ok");
console.log(summaryLine(sum));
process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
