/**
 * Pods stay 300 s on a node that is not ready or not reachable, unless they say something else
 * (`plugin/pkg/admission/defaulttolerationseconds/admission.go`).
 */
import { copyWith } from "../../api/copy";
import { pods } from "../../api/kinds/pod";
import type { Pod, Toleration } from "../../api/types";
import type { AdmissionPlugin } from "./plugin";

const SECONDS = 300;
const KEYS = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] as const;
const DEFAULTS: readonly Toleration[] = KEYS.map((key) => ({
  key,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: SECONDS,
}));

export const defaultTolerationSeconds: AdmissionPlugin = {
  name: "DefaultTolerationSeconds",
  handles: (def, subresource, operation) => def === pods && subresource === "" && operation !== "DELETE",
  admit(attributes) {
    const pod = attributes.object as Pod;
    const given = pod.spec.tolerations ?? [];
    const missing = DEFAULTS.filter((toleration) => !given.some((t) => covers(t, toleration.key)));
    if (missing.length === 0) return undefined;
    const tolerations = [...given, ...missing];
    attributes.object = copyWith(pod, { spec: copyWith(pod.spec, { tolerations }) });
    return undefined;
  },
};

function covers(toleration: Toleration, key: string | undefined): boolean {
  const { key: own, effect } = toleration;
  if (own !== key && own !== undefined && own !== "") return false;
  return effect === "NoExecute" || effect === undefined || effect === "";
}
