import type { HttpRequestSpec } from "./commands";

const RBAC = "rbac.authorization.k8s.io";
const NAMESPACE = "kube-system";
const NAME = "metrics-server";
const LABELS = { "k8s-app": NAME } as const;

function post(path: string, body: object): HttpRequestSpec {
  return { method: "POST", path, headers: { "content-type": "application/json" }, body };
}

/** metrics-server as its release manifest installs it (kubernetes-sigs/metrics-server `components.yaml`). */
export function metricsServer(): readonly HttpRequestSpec[] {
  return [...access(), service(), deployment()];
}

function access(): HttpRequestSpec[] {
  const roles = `/apis/${RBAC}/v1/clusterroles`;
  const role = (name: string, labels: object, rules: readonly object[]): HttpRequestSpec =>
    post(roles, {
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRole",
      metadata: { name, labels: { ...LABELS, ...labels } },
      rules,
    });
  const aggregate = `${RBAC}/aggregate-to-`;
  const everybody = {
    [`${aggregate}admin`]: "true",
    [`${aggregate}edit`]: "true",
    [`${aggregate}view`]: "true",
  };
  return [
    post(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: NAME, namespace: NAMESPACE, labels: LABELS },
    }),
    role("system:aggregated-metrics-reader", everybody, [
      { apiGroups: ["metrics.k8s.io"], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] },
    ]),
    role("system:metrics-server", {}, [
      { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
      { apiGroups: [""], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] },
    ]),
    post(`/apis/${RBAC}/v1/clusterrolebindings`, {
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: "system:metrics-server", labels: LABELS },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "system:metrics-server" },
      subjects: [{ kind: "ServiceAccount", name: NAME, namespace: NAMESPACE }],
    }),
  ];
}

function service(): HttpRequestSpec {
  return post(`/api/v1/namespaces/${NAMESPACE}/services`, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: NAME, namespace: NAMESPACE, labels: LABELS },
    spec: { selector: LABELS, ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: "https" }] },
  });
}

function deployment(): HttpRequestSpec {
  return post(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments`, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: NAME, namespace: NAMESPACE, labels: LABELS },
    spec: {
      selector: { matchLabels: LABELS },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0 } },
      template: {
        metadata: { labels: LABELS },
        spec: {
          serviceAccountName: NAME,
          // API servers reach it where they have no way into the pods' network, as on-premises here.
          hostNetwork: true,
          priorityClassName: "system-cluster-critical",
          nodeSelector: { "kubernetes.io/os": "linux" },
          containers: [
            {
              name: NAME,
              image: "registry.k8s.io/metrics-server/metrics-server:v0.8.0",
              imagePullPolicy: "IfNotPresent",
              args: ["--secure-port=4443", "--metric-resolution=15s"],
              resources: { requests: { cpu: "100m", memory: "200Mi" } },
              ports: [{ name: "https", containerPort: 4443, protocol: "TCP" }],
              livenessProbe: { httpGet: { path: "/livez", port: "https" }, periodSeconds: 10 },
              readinessProbe: {
                httpGet: { path: "/readyz", port: "https" },
                initialDelaySeconds: 20,
                periodSeconds: 10,
              },
            },
          ],
        },
      },
    },
  });
}
