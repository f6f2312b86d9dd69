import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { addressWithToken } from "./guard";

const NAME = "kubarium";

/** What the entries of a kubeconfig are called. */
export interface KubeconfigNames {
  readonly cluster: string;
  readonly user: string;
  readonly context: string;
}

const NAMES: KubeconfigNames = { cluster: NAME, user: NAME, context: NAME };

/**
 * The configuration that lets kubectl and client libraries find the server and show its token: as a header, and
 * in the address, since kubectl sends no credentials over plain HTTP.
 */
export function kubeconfig(url: string, token: string, names: KubeconfigNames = NAMES): string {
  const { cluster, user, context } = names;
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": context,
    // Some client libraries refuse plain http without the word on TLS, even on loopback.
    clusters: [
      { name: cluster, cluster: { server: addressWithToken(url, token), "insecure-skip-tls-verify": true } },
    ],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: context, context: { cluster, user, namespace: "default" } }],
  });
}

/** Writes it where only this user can read it. */
export function writeKubeconfig(
  url: string,
  token: string,
  names = NAMES,
): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), `${NAME}-`));
  const file = path.join(folder, "kubeconfig");
  writeFileSync(file, kubeconfig(url, token, names), { mode: 0o600, flag: "wx" });
  return { path: file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
