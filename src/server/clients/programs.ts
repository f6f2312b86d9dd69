import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CACHE, clientPath, RELEASES } from "../../../.ci/clients.mjs";

/** What a program printed and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the program (SIGINT) when its standard output holds this. */
  readonly until?: string;
}

type Release = "1.30" | "1.35";

/** False where the real clients could not be had: what needs them is then reported as skipped. */
export const HAVE_CLIENTS = RELEASES.every(({ name }) =>
  ["kubectl", "helm"].every((program) => existsSync(path.join(CACHE, name, program))),
);

/** A folder of its own for a client's home, caches and configuration. */
export class ClientHome {
  readonly folder = mkdtempSync(path.join(tmpdir(), "kubarium-client-"));
  readonly #env: Readonly<Record<string, string>>;

  constructor(kubeconfig: string) {
    const at = (name: string): string => {
      const folder = path.join(this.folder, name);
      mkdirSync(folder, { recursive: true });
      return folder;
    };
    this.#env = {
      PATH: process.env["PATH"] ?? "",
      HOME: this.folder,
      KUBECONFIG: kubeconfig,
      KUBECACHEDIR: at("cache"),
      KUBECTL_KUBERC: "false",
      HELM_CACHE_HOME: at("helm-cache"),
      HELM_CONFIG_HOME: at("helm-config"),
      HELM_DATA_HOME: at("helm-data"),
    };
  }

  kubectl(args: readonly string[], options: RunOptions = {}, release: Release = "1.35"): Promise<Outcome> {
    return this.#run(clientPath(release, "kubectl"), args, options);
  }

  /** A line for the shell, with kubectl on its path. */
  shell(line: string, options: RunOptions = {}): Promise<Outcome> {
    const path_ = `${path.dirname(clientPath("1.35", "kubectl"))}:${process.env["PATH"] ?? ""}`;
    return this.#run("/bin/sh", ["-c", line], { ...options, env: { ...options.env, PATH: path_ } });
  }

  helm(args: readonly string[], options: RunOptions = {}, release: Release = "1.35"): Promise<Outcome> {
    return this.#run(clientPath(release, "helm"), args, options);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #run(program: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { cwd: this.folder, env: { ...this.#env, ...options.env } });
      let stdout = "";
      let stderr = "";
      child.stdout.on("data", (chunk) => {
        stdout += String(chunk);
        if (options.until !== undefined && stdout.includes(options.until)) child.kill("SIGINT");
      });
      child.stderr.on("data", (chunk) => (stderr += String(chunk)));
      child.once("error", reject);
      child.once("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
      // A program that ends before it has read everything is none of our concern.
      child.stdin.on("error", () => {});
      child.stdin.end(options.stdin ?? "");
    });
  }
}
