import type { HttpRequestSpec } from "./commands";
import { metricsServer } from "./metrics-addon";
import { ADDRESSES } from "./topology";

const JSON_HEADERS = { "content-type": "application/json" } as const;

function post(path: string, body: unknown): HttpRequestSpec {
  return { method: "POST", path, headers: JSON_HEADERS, body };
}

const DNS_LABELS = { "k8s-app": "kube-dns" } as const;

/** CoreDNS as kubeadm installs it (cmd/kubeadm/app/phases/addons/dns/manifests.go): two replicas and a Service. */
function dns(): HttpRequestSpec[] {
  return [...dnsAccess(), dnsService(), dnsDeployment()];
}

function dnsAccess(): HttpRequestSpec[] {
  return [
    post("/api/v1/namespaces/kube-system/serviceaccounts", {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "coredns", namespace: "kube-system" },
    }),
    post("/apis/rbac.authorization.k8s.io/v1/clusterroles", {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "system:coredns" },
      rules: [
        {
          apiGroups: [""],
          resources: ["endpoints", "services", "pods", "namespaces"],
          verbs: ["list", "watch"],
        },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
      ],
    }),
    post("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "system:coredns" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:coredns" },
      subjects: [{ kind: "ServiceAccount", name: "coredns", namespace: "kube-system" }],
    }),
  ];
}

function dnsService(): HttpRequestSpec {
  const labels = DNS_LABELS;
  return post("/api/v1/namespaces/kube-system/services", {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "kube-dns",
      namespace: "kube-system",
      labels: { ...labels, "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS" },
    },
    spec: {
      clusterIP: ADDRESSES.dns,
      selector: labels,
      ports: [
        { name: "dns", port: 53, protocol: "UDP", targetPort: 53 },
        { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: 53 },
      ],
    },
  });
}

function dnsDeployment(): HttpRequestSpec {
  const labels = DNS_LABELS;
  return post("/apis/apps/v1/namespaces/kube-system/deployments", {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "coredns", namespace: "kube-system", labels },
    spec: {
      replicas: 2,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: "coredns",
          priorityClassName: "system-cluster-critical",
          dnsPolicy: "Default",
          nodeSelector: { "kubernetes.io/os": "linux" },
          tolerations: [
            { key: "CriticalAddonsOnly", operator: "Exists" },
            { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" },
          ],
          containers: [
            {
              name: "coredns",
              image: "registry.k8s.io/coredns/coredns:v1.13.1",
              imagePullPolicy: "IfNotPresent",
              resources: {
                limits: { memory: "170Mi" },
                requests: { cpu: "100m", memory: "70Mi" },
              },
              ports: [{ name: "dns", containerPort: 53, protocol: "UDP" }],
            },
          ],
        },
      },
    },
  });
}

/** The workload that the stage opens with: three copies of a web server behind a Service. */
function web(): HttpRequestSpec[] {
  const labels = { app: "web" };
  return [
    post("/apis/apps/v1/namespaces/default/deployments", {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", namespace: "default", labels },
      spec: {
        replicas: 3,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: "web",
                image: "kubarium/web:1.0",
                ports: [{ containerPort: 8080 }],
                resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
                readinessProbe: { httpGet: { path: "/", port: 8080 }, periodSeconds: 5 },
              },
            ],
          },
        },
      },
    }),
    post("/api/v1/namespaces/default/services", {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", namespace: "default", labels },
      spec: { type: "LoadBalancer", selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    }),
  ];
}

/** Marks a master as kubeadm does (cmd/kubeadm/app/phases/markcontrolplane): kubelets may not do so themselves. */
export function markControlPlane(name: string): HttpRequestSpec {
  const labels = {
    "node-role.kubernetes.io/control-plane": "",
    "node.kubernetes.io/exclude-from-external-load-balancers": "",
  };
  return {
    method: "PATCH",
    path: `/api/v1/nodes/${name}`,
    headers: { "content-type": "application/merge-patch+json" },
    body: { metadata: { labels } },
  };
}

/** What the operator installs once all machines are there, in order. */
export function workloadRequests(workload: "none" | "web"): readonly HttpRequestSpec[] {
  return [...dns(), ...(workload === "web" ? web() : []), ...metricsServer()];
}
