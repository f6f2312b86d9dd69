import type { Script } from "./writes";

const SIZE =
  "kubectl get pod sized -o jsonpath='{.metadata.generation} {.spec.containers[0].resources} " +
  "{.status.containerStatuses[0].resources} {.status.containerStatuses[0].allocatedResources}'";

/** A patch of the resources of a pod's only container. */
function resizing(resources: string): string {
  return `{"spec":{"containers":[{"name":"c","resources":${resources}}]}}`;
}

const MORE = `kubectl patch pod sized --subresource resize -p '${resizing(
  '{"requests":{"cpu":"200m"},"limits":{"cpu":"400m"}}',
)}'`;
const TOO_MUCH = resizing('{"requests":{"cpu":"90"},"limits":{"cpu":"90"}}');
const OPERATIONS =
  '[{"op":"replace","path":"/spec/containers/0/resources/limits/cpu","value":"500m"},' +
  '{"op":"replace","path":"/spec/containers/0/resources/requests/cpu","value":"100m"}]';

/** A pod is resized in place, in all ways of saying so. */
export const RESIZES: Script = {
  name: "resize",
  lines: [
    "kubectl apply -f sized.yaml",
    "kubectl wait --for=condition=Ready pod/sized",
    "kubectl get pod sized --subresource=resize",
    "kubectl get pod sized --subresource resize -o jsonpath='{.status.containerStatuses[0].resources}'",
    MORE,
    MORE,
    SIZE,
    "kubectl get pod sized -o yaml --show-managed-fields",
    "kubectl describe pod sized",
    // Events of the nodes are an hour old by now, and go at any moment.
    "kubectl describe nodes --show-events=false",
    "kubectl events --for pod/sized",
    `kubectl patch pod sized --subresource=resize -p '${TOO_MUCH}' -o name`,
    SIZE,
    "kubectl describe pod sized",
    "kubectl describe nodes --show-events=false",
    `kubectl patch pod sized --subresource=resize --type=json -p '${OPERATIONS}'`,
    `kubectl patch pod sized --subresource=resize -p '${resizing('{"limits":{"cpu":null}}')}'`,
    `kubectl patch pod sized --subresource=resize -p '${resizing('{"requests":{"cpu":"500m","memory":"128Mi"}}')}'`,
    `kubectl patch pod sized --subresource=resize -p '${resizing('{"requests":{"cpu":"600m"}}')}' --dry-run=server`,
    `kubectl patch pod sized -p '${resizing('{"requests":{"cpu":"150m"}}')}'`,
    "kubectl patch deploy sized --subresource=resize -p '{}'",
    "kubectl replace -f sized-2.yaml --subresource=resize",
    "kubectl apply -f sized-3.yaml --subresource=resize",
    "kubectl apply -f sized-3.yaml --subresource=resize --server-side",
    "kubectl apply -f sized-3.yaml --subresource=resize --server-side --force-conflicts --field-manager=other",
    SIZE,
    "kubectl get pod sized -o yaml --show-managed-fields",
    "kubectl edit pod sized --subresource=frob",
    "kubectl delete pod sized --now",
    "kubectl get pod sized --subresource=resize",
  ],
};
