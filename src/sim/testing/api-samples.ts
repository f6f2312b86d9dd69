/** What tests of the API server send again and again. */
export const PODS = "/api/v1/namespaces/default/pods";
export const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

/** Headers of each form of a patch. */
export const MERGE = { "content-type": "application/merge-patch+json" };
export const STRATEGIC = { "content-type": "application/strategic-merge-patch+json" };
export const JSON_PATCH = { "content-type": "application/json-patch+json" };

/** A pod of one container; it needs the service account `default`. */
export function pod(metadata: object, spec: object = {}): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec: { containers: [{ name: "c", image: "nginx:1" }], ...spec },
  };
}

export function configMap(name: string, data: object = {}): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data };
}
