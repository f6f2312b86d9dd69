/** A request of "ann" of the group "devs". */
const CSR = [
  "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWE1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZ",
  "RFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUVJVXBNWlNyK29ReVdVci95eWZNNklRbGVP",
  "azM0bDNHcXJpbVM1aUN3ClhVdzVsNXI4eERzWnNkV3dCNUNwRW9BbExGRHJHcXVRdzYwdk1JeUcyRGh5QnFBQU1Bb0dDQ3FHU000",
  "OUJBTUMKQTBnQU1FVUNJSDZiUXVpbzN5TjdCOWVZRmtWcFhDU1hNQVRGUFhCeE8xRWQ4aEdjaGNpS0FpRUF5ZFIvL016TAo3cE0z",
  "cXNpUGx1SzU5U0xkTVhGblNCbWdqekxYL3VNY1ZGbz0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==",
].join("");

/** A pod with one container of these resources. */
function sized(resources: string): string {
  return `apiVersion: v1
kind: Pod
metadata: {name: sized}
spec: {containers: [{name: c, image: "nginx:1.28", resources: {${resources}}}]}
`;
}

/** Files that the scripts use. */
export const SCRIPT_FILES: Readonly<Record<string, string>> = {
  "apply-1.yaml":
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: applied, labels: {a: b}}\ndata: {x: '1', y: '2'}\n",
  "site-1.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: site, labels: {app: site, tier: front}, annotations: {note: one}}
spec:
  replicas: 2
  selector: {matchLabels: {app: site}}
  template:
    metadata: {labels: {app: site}}
    spec:
      containers:
        - name: nginx
          image: nginx:1.28
          env: [{name: A, value: "1"}, {name: B, value: "2"}]
          ports: [{containerPort: 80}]
        - name: sidecar
          image: busybox:1.36
          command: [sleep, "100000"]
      volumes: [{name: v, emptyDir: {}}]
---
apiVersion: v1
kind: Service
metadata: {name: site, labels: {part: service}}
spec: {selector: {app: site}, ports: [{port: 80, name: http}]}
`,
  "site-2.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: site, labels: {app: site}}
spec:
  replicas: 2
  selector: {matchLabels: {app: site}}
  strategy: {type: Recreate}
  template:
    metadata: {labels: {app: site}}
    spec:
      containers:
        - name: nginx
          image: nginx:1.29
          env: [{name: C, value: "3"}, {name: A, value: "9"}]
          ports: [{containerPort: 80}, {containerPort: 443}]
      volumes: [{name: v, configMap: {name: kube-root-ca.crt}}]
---
apiVersion: v1
kind: Service
metadata: {name: site, labels: {part: service}}
spec: {selector: {app: site}, ports: [{port: 80, name: http}, {port: 443, name: https}]}
`,
  "many.yaml":
    "apiVersion: v1\nkind: Pod\nmetadata: {name: many, labels: {run: many}, annotations: {note: one}}\nspec:\n" +
    "  initContainers: [{name: first, image: 'busybox:1.36', command: [echo, hi]}]\n" +
    "  containers: [{name: many, image: 'nginx:1.28'}]\n",
  "sized.yaml": sized("requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 200m, memory: 128Mi}"),
  "sized-2.yaml": sized("requests: {cpu: 300m, memory: 64Mi}, limits: {cpu: 600m, memory: 128Mi}"),
  "sized-3.yaml": sized("requests: {cpu: 400m}"),
  "bare.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bare}\ndata: {a: b}\n",
  "half.yaml":
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: half}\n---\napiVersion: example.org/v9\nkind: Frob\n" +
    "metadata: {name: x}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: HALF}\n---\n" +
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other-half}\n",
  "frozen.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: frozen}\nimmutable: true\ndata: {a: b}\n",
  "frozen-2.yaml":
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: frozen}\nimmutable: true\ndata: {a: c}\n",
  "named-later.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: later-}\n",
  "apply-2.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: applied}\ndata: {x: '9'}\n",
  "sets.yaml": `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: set}
spec:
  serviceName: set
  replicas: 2
  selector: {matchLabels: {app: set}}
  template: {metadata: {labels: {app: set}}, spec: {containers: [{name: c, image: "nginx:1.28"}]}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agents}
spec:
  selector: {matchLabels: {app: agents}}
  template: {metadata: {labels: {app: agents}}, spec: {containers: [{name: c, image: "nginx:1.28"}]}}
`,
  "csr.yaml": `
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: ann}
spec:
  request: ${CSR}
  signerName: example.org/people
  usages: [client auth]
`,
};
