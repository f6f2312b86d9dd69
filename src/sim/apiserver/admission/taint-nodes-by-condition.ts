/**
 * A new node is tainted until its conditions are known (`plugin/pkg/admission/nodetaint/admission.go`).
 */
import { nodes } from "../../api/kinds/node";
import { findTaint } from "../../api/taints";
import type { Node, Taint } from "../../api/types";
import type { AdmissionPlugin } from "./plugin";

const NOT_READY: Taint = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };

export const taintNodesByCondition: AdmissionPlugin = {
  name: "TaintNodesByCondition",
  handles: (def, subresource, operation) => def === nodes && subresource === "" && operation === "CREATE",
  admit(attributes) {
    const node = attributes.object as Node;
    const taints = node.spec.taints ?? [];
    if (findTaint(taints, NOT_READY.key, NOT_READY.effect) !== undefined) return undefined;
    attributes.object = { ...node, spec: { ...node.spec, taints: [...taints, NOT_READY] } } as Node;
    return undefined;
  },
};
