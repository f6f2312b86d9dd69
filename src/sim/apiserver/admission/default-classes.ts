/**
 * Classes for claims, Ingresses and pods (`plugin/pkg/admission/{storage/storageclass/setdefault,network/
 * defaultingressclass,runtimeclass}`): the default one for those that name none, and the overhead of a pod's runtime.
 */
import { deepEqual } from "../../api/deep-equal";
import { DEFAULT_INGRESS_CLASS, ingressClasses } from "../../api/kinds/ingress-class";
import { INGRESS_CLASS_ANNOTATION, ingresses } from "../../api/kinds/ingress";
import { persistentVolumeClaims } from "../../api/kinds/persistent-volume-claim";
import { storageClassOf } from "../../api/kinds/volume-parts";
import { pods } from "../../api/kinds/pod";
import { runtimeClasses } from "../../api/kinds/runtime-class";
import { isDefaultClass, storageClasses } from "../../api/kinds/storage-class";
import type {
  ApiObject,
  Ingress,
  IngressClass,
  PersistentVolumeClaim,
  Pod,
  StorageClass,
} from "../../api/types";
import { refuse, type AdmissionPlugin } from "./plugin";

export const defaultStorageClass: AdmissionPlugin = {
  name: "DefaultStorageClass",
  handles: (def, subresource, operation) =>
    def === persistentVolumeClaims && subresource === "" && operation === "CREATE",
  admit(attributes, { caches }) {
    const claim = attributes.object as PersistentVolumeClaim;
    const named = storageClassOf(claim);
    if (named !== undefined) return undefined;
    const defaults = (caches.of(storageClasses).all() as readonly StorageClass[]).filter(isDefaultClass);
    const chosen = newest(defaults);
    if (chosen === undefined) return undefined;
    attributes.object = {
      ...claim,
      spec: { ...claim.spec, storageClassName: chosen.metadata.name },
    } as ApiObject;
    return undefined;
  },
};

export const defaultIngressClass: AdmissionPlugin = {
  name: "DefaultIngressClass",
  handles: (def, subresource, operation) => def === ingresses && subresource === "" && operation === "CREATE",
  admit(attributes, { caches }) {
    const ingress = attributes.object as Ingress;
    const annotated = ingress.metadata.annotations?.[INGRESS_CLASS_ANNOTATION];
    if (ingress.spec.ingressClassName !== undefined || annotated !== undefined) return undefined;
    const all = caches.of(ingressClasses).all() as readonly IngressClass[];
    const chosen = newest(all.filter((c) => c.metadata.annotations?.[DEFAULT_INGRESS_CLASS] === "true"));
    if (chosen === undefined) return undefined;
    const spec = { ...ingress.spec, ingressClassName: chosen.metadata.name };
    attributes.object = { ...ingress, spec } as ApiObject;
    return undefined;
  },
};

/** Of several defaults the youngest counts, of those of one second the first by name. */
function newest<T extends ApiObject>(classes: readonly T[]): T | undefined {
  let found: T | undefined;
  for (const candidate of classes) {
    const since = candidate.metadata.creationTimestamp ?? "";
    if (found === undefined || since > (found.metadata.creationTimestamp ?? "")) found = candidate;
  }
  return found;
}

export const runtimeClass: AdmissionPlugin = {
  name: "RuntimeClass",
  handles: (def, subresource, operation) => def === pods && subresource === "" && operation === "CREATE",
  admit(attributes, { caches }) {
    const pod = attributes.object as Pod;
    const name = pod.spec.runtimeClassName;
    if (name === undefined) {
      if (pod.spec.overhead === undefined) return undefined;
      return refuse(
        attributes,
        "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead",
      );
    }
    const found = caches.find(runtimeClasses, "", name);
    if (found === undefined) {
      return refuse(attributes, `pod rejected: RuntimeClass "${name}" not found`);
    }
    const overhead = found.overhead?.podFixed;
    if (pod.spec.overhead !== undefined && !deepEqual(pod.spec.overhead, overhead)) {
      return refuse(attributes, `pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead`);
    }
    const { nodeSelector, tolerations = [] } = found.scheduling ?? {};
    const spec = { ...pod.spec };
    if (overhead !== undefined) spec.overhead = overhead;
    for (const [key, value] of Object.entries(nodeSelector ?? {})) {
      const own = spec.nodeSelector?.[key];
      if (own !== undefined && own !== value) {
        const text =
          `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; ` +
          `pod.spec.nodeSelector[${key}] = ${own}`;
        return refuse(attributes, text);
      }
      spec.nodeSelector = { ...spec.nodeSelector, [key]: value };
    }
    const added = tolerations.filter((t) => !(spec.tolerations ?? []).some((own) => deepEqual(own, t)));
    if (added.length > 0) spec.tolerations = [...(spec.tolerations ?? []), ...added];
    attributes.object = { ...pod, spec } as ApiObject;
    return undefined;
  },
};
