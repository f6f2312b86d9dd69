// @ts-check
/** Where a Chromium for tests comes from. Order: env var, Playwright's own download, a system one. */
import { existsSync, readdirSync } from "node:fs";
import { chromium } from "@playwright/test";
import path from "node:path";

const SYSTEM = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** True when `playwright install chromium` has put its own build on this machine. */
export function playwrightHasOwn() {
  const exe = chromium.executablePath(); // .../ms-playwright/chromium-1255/chrome-linux64/chrome
  if (!existsSync(exe)) return false;
  // A headless launch uses the separate headless shell when it is there; `install chromium` fetches both.
  const root = exe.slice(0, exe.lastIndexOf("chromium-"));
  return readdirSync(root).some((d) => d.startsWith("chromium_headless_shell-")) && path.isAbsolute(exe);
}

/** @returns {string | undefined} a path to give as executablePath; undefined: let Playwright use its own */
export function chromiumPath() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  if (playwrightHasOwn()) return undefined;
  return SYSTEM.find((p) => existsSync(p));
}

/** launchOptions that work for Playwright's own build, Debian's chromium (as root too) and Chrome. */
export function launchOptions() {
  const executablePath = chromiumPath();
  return {
    ...(executablePath ? { executablePath } : {}),
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--disable-sync",
      "--font-render-hinting=none",
      "--force-color-profile=srgb",
      "--hide-scrollbars",
    ],
  };
}
