/** What the cluster holds when outputs are compared: every kind, and pods in every state that a table can show. */
export const STOCK: Readonly<Record<string, string>> = {
  "namespace.yaml": `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: a}, annotations: {note: "two\\nlines"}}
`,
  "workloads.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: front
  namespace: shop
  labels: {app: front, tier: web}
  annotations: {kubernetes.io/change-cause: first}
spec:
  replicas: 2
  selector: {matchLabels: {app: front}}
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  template:
    metadata: {labels: {app: front, tier: web}, annotations: {checksum: "1"}}
    spec:
      terminationGracePeriodSeconds: 5
      containers:
      - name: nginx
        image: nginx:1.28
        ports: [{containerPort: 80, name: http}]
        resources: {requests: {cpu: 50m, memory: 32Mi}, limits: {cpu: 500m, memory: 128Mi}}
        env:
        - {name: MODE, value: fast}
        - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
        - {name: COLOR, valueFrom: {configMapKeyRef: {name: settings, key: color}}}
        readinessProbe: {httpGet: {path: /, port: http}, periodSeconds: 5}
        livenessProbe: {tcpSocket: {port: 80}, initialDelaySeconds: 3}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: nginx:1.28}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: shop}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      tolerations: [{operator: Exists}]
      containers: [{name: agent, image: nginx:1.28}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: once, namespace: shop}
spec:
  completions: 2
  template:
    spec:
      restartPolicy: Never
      containers: [{name: work, image: busybox:1.36, command: [sh, -c, "echo working; sleep 2"]}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: shop}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers: [{name: work, image: busybox:1.36, command: [sh, -c, "echo night"]}]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: front, namespace: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: front}
  minReplicas: 2
  maxReplicas: 5
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
`,
  "pods.yaml": `
apiVersion: v1
kind: Pod
metadata: {name: crash, namespace: shop, labels: {state: bad}}
spec: {containers: [{name: c, image: busybox:1.36, command: [sh, -c, "echo failing; exit 3"]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: typo, namespace: shop, labels: {state: bad}}
spec: {containers: [{name: c, image: "nginx:typo"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: huge, namespace: shop, labels: {state: bad}}
spec: {containers: [{name: c, image: "nginx:1.28", resources: {requests: {cpu: "100"}}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: done, namespace: shop}
spec: {restartPolicy: Never, containers: [{name: c, image: busybox:1.36, command: [sh, -c, "echo finished"]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: many, namespace: shop, labels: {state: good, app: many}}
spec:
  initContainers: [{name: first, image: busybox:1.36, command: [sh, -c, "echo prepare"]}]
  containers:
  - {name: one, image: "nginx:1.28", ports: [{containerPort: 80}]}
  - {name: two, image: busybox:1.36, command: [sh, -c, "while true; do echo tick; sleep 5; done"]}
  volumes: [{name: scratch, emptyDir: {}}, {name: conf, configMap: {name: settings}}]
---
apiVersion: v1
kind: Pod
metadata: {name: waiting, namespace: shop}
spec:
  initContainers: [{name: hold, image: busybox:1.36, command: [sh, -c, "sleep 100000"]}]
  containers: [{name: c, image: "nginx:1.28"}]
`,
  "network.yaml": `
apiVersion: v1
kind: Service
metadata: {name: front, namespace: shop, labels: {app: front}}
spec:
  type: LoadBalancer
  selector: {app: front}
  ports: [{name: http, port: 80, targetPort: http}, {name: admin, port: 9000}]
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Service
metadata: {name: far, namespace: shop}
spec: {type: ExternalName, externalName: example.org}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: plain}
spec: {controller: example.org/plain}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front, namespace: shop}
spec:
  ingressClassName: plain
  tls: [{hosts: [shop.example.org], secretName: tls}]
  rules:
  - host: shop.example.org
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: front, port: {name: http}}}}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only-front, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {matchLabels: {app: front}}}], ports: [{port: 5432}]}]
`,
  "config.yaml": `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {color: blue, "app.conf": "a = 1\\nb = 2\\n"}
---
apiVersion: v1
kind: Secret
metadata: {name: password, namespace: shop}
type: Opaque
stringData: {user: admin, pass: "s3cret"}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules:
- {apiGroups: [""], resources: [pods, "pods/log"], verbs: [get, list]}
- {apiGroups: [apps], resources: [deployments], resourceNames: [front], verbs: ["*"]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
- {kind: ServiceAccount, name: robot, namespace: shop}
- {kind: User, name: ann, apiGroup: rbac.authorization.k8s.io}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota, namespace: shop}
spec: {hard: {pods: "50", configmaps: "10"}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: limits, namespace: shop}
spec:
  limits: [{type: Container, max: {memory: 4Gi}, default: {memory: 64Mi}, defaultRequest: {memory: 16Mi}}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: front, namespace: shop}
spec: {minAvailable: 1, selector: {matchLabels: {app: front}}}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: important}
value: 1000
description: for what matters
`,
  "storage.yaml": `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: slow}
provisioner: example.org/disk
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk-1}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: slow
  hostPath: {path: /data}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: shop}
spec: {accessModes: [ReadWriteOnce], storageClassName: slow, resources: {requests: {storage: 1Gi}}}
`,
  "crd.yaml": `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd], categories: [all]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    additionalPrinterColumns:
    - {name: Size, type: integer, jsonPath: .spec.size}
    - {name: Color, type: string, jsonPath: .spec.color, priority: 1}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties: {size: {type: integer, minimum: 1}, color: {type: string, enum: [red, blue]}}
          status: {type: object, x-kubernetes-preserve-unknown-fields: true}
`,
  "widget.yaml": `
apiVersion: example.org/v1
kind: Widget
metadata: {name: small, namespace: shop}
spec: {size: 1, color: red}
`,
};

/** The order in which the stock is applied; a custom resource needs its definition first. */
export const STOCK_ORDER: readonly (readonly string[])[] = [
  ["namespace.yaml"],
  ["config.yaml", "network.yaml", "storage.yaml", "crd.yaml"],
  ["workloads.yaml", "pods.yaml"],
  ["widget.yaml"],
];
