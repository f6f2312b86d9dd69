/**
 * Scripts that change the cluster. Two clusters of one seed go through each, one with the real kubectl and one with
 * the page's: every line must print the same, and `after` must find the same state.
 */
export interface Script {
  readonly name: string;
  readonly lines: readonly string[];
}

/** What a copy of a pod, and a pod on a node, have of their own. */
const COPY =
  "-o jsonpath='{.metadata.labels} {.spec.shareProcessNamespace} {.spec.initContainers[*].name} " +
  "{.spec.containers[*].securityContext}'";
const ON_NODE =
  "-o jsonpath='{.items[0].metadata.labels} {.items[0].spec.containers[*].securityContext} " +
  "{.items[0].spec.hostPID} {.items[0].spec.volumes[*].name}'";

export const SCRIPTS: readonly Script[] = [
  {
    name: "configmaps and secrets",
    lines: [
      "kubectl create configmap a --from-literal=x=1",
      "kubectl get configmap a -o yaml",
      'kubectl patch configmap a -p \'{"data":{"y":"2"}}\'',
      'kubectl patch configmap a -p \'{"data":{"y":"2"}}\'',
      'kubectl patch configmap a --type=merge -p \'{"data":{"x":null}}\'',
      'kubectl patch configmap a --type=json -p \'[{"op":"add","path":"/data/z","value":"3"}]\'',
      "kubectl label configmap a team=red",
      "kubectl label configmap a team=red",
      "kubectl label configmap a team=blue",
      "kubectl label configmap a team=blue --overwrite",
      "kubectl label configmap a team-",
      "kubectl label configmap a team-",
      "kubectl annotate configmap a note=hello",
      "kubectl annotate configmap a note-",
      "kubectl get configmap a -o jsonpath='{.data}'",
      "kubectl create secret generic s --from-literal=p=q",
      "kubectl get secret s -o jsonpath='{.data.p}'",
      "kubectl delete configmap/a secret/s",
      "kubectl delete configmap a",
      "kubectl delete configmap a --ignore-not-found",
    ],
  },
  {
    name: "apply",
    lines: [
      "kubectl apply -f apply-1.yaml",
      "kubectl apply -f apply-1.yaml",
      "kubectl apply -f apply-2.yaml",
      "kubectl get cm applied -o jsonpath='{.data}'",
      "kubectl get cm applied -o yaml",
      "kubectl diff -f apply-1.yaml",
      "kubectl apply -f apply-1.yaml --server-side",
      "kubectl apply -f apply-2.yaml --server-side --field-manager=other",
      "kubectl apply -f apply-2.yaml --server-side --field-manager=other --force-conflicts",
      "kubectl get cm applied -o yaml --show-managed-fields",
      "kubectl replace -f apply-1.yaml",
      "kubectl replace --force -f apply-1.yaml",
      "kubectl delete -f apply-1.yaml",
      "kubectl replace -f apply-1.yaml",
    ],
  },
  {
    name: "apply and what others do",
    lines: [
      "kubectl apply -f site-1.yaml",
      "kubectl apply -f site-1.yaml",
      "kubectl scale deploy site --replicas=3",
      "kubectl set image deploy/site sidecar=busybox:1.36.1",
      "kubectl apply -f site-1.yaml --overwrite=false",
      "kubectl apply -f site-2.yaml --dry-run=server",
      "kubectl apply -f site-2.yaml --dry-run=client",
      "kubectl apply -f site-2.yaml",
      "kubectl get deploy site -o jsonpath='{.spec}'",
      "kubectl apply view-last-applied deploy/site",
      "kubectl apply view-last-applied deploy/site -o json",
      "kubectl apply view-last-applied deploy/site -o frob",
      "kubectl apply view-last-applied cm kube-root-ca.crt",
      "kubectl apply set-last-applied -f site-1.yaml",
      "kubectl apply set-last-applied -f site-1.yaml",
      "kubectl apply -f site-2.yaml -l part=service",
      "kubectl apply -f site-2.yaml -o yaml",
      "kubectl apply -f site-2.yaml -o name",
      "kubectl apply -f apply-1.yaml -f apply-2.yaml -o json",
      "kubectl create cm bare",
      "kubectl apply -f bare.yaml",
      "kubectl apply -f half.yaml",
      "kubectl apply -f half.yaml -o yaml",
      "cat apply-1.yaml | kubectl apply -f -",
      "kubectl apply -f apply-1.yaml --prune -l a=b --prune-allowlist=core/v1/ConfigMap",
      "kubectl apply -f apply-1.yaml --prune --all --prune-allowlist=core/v1/ConfigMap",
      "kubectl apply -f apply-1.yaml --prune --all --prune-allowlist=frob",
      "kubectl apply -f apply-1.yaml --prune",
      "kubectl apply -f apply-1.yaml --force-conflicts",
      "kubectl apply -f apply-1.yaml --server-side --dry-run=client",
      "kubectl apply -f apply-1.yaml --subresource=status",
      "kubectl apply -f frozen.yaml",
      "kubectl apply -f frozen-2.yaml",
      "kubectl apply -f frozen-2.yaml --force",
      "kubectl apply -f frozen-2.yaml --validate=frob",
      "kubectl apply -f named-later.yaml",
      "kubectl delete -f site-1.yaml",
    ],
  },
  {
    name: "server-side apply",
    lines: [
      "kubectl apply -f site-1.yaml",
      "kubectl diff -f site-2.yaml --server-side",
      "kubectl diff -f site-2.yaml",
      "kubectl apply -f site-2.yaml --server-side",
      "kubectl get deploy site -o yaml --show-managed-fields",
      "kubectl apply view-last-applied deploy/site",
      "kubectl apply -f site-1.yaml --server-side --field-manager=other",
      "kubectl apply -f site-1.yaml --server-side --field-manager=other --dry-run=server --force-conflicts",
      "kubectl apply -f site-1.yaml --server-side --field-manager=other --force-conflicts",
      "kubectl apply -f site-2.yaml",
      "kubectl apply -f apply-1.yaml",
      "kubectl apply -f apply-1.yaml --server-side --field-manager=third",
      "kubectl get cm applied -o yaml --show-managed-fields",
      "kubectl delete -f site-1.yaml",
    ],
  },
  {
    name: "edit",
    lines: [
      "kubectl create deployment d --image=nginx:1.28",
      "kubectl create configmap c --from-literal=x=1",
      "kubectl edit deploy none",
      "kubectl edit frob x",
      "kubectl edit cm c --subresource=frob",
      "kubectl apply edit-last-applied cm c",
    ],
  },
  {
    name: "replace",
    lines: [
      "kubectl replace -f site-1.yaml",
      "kubectl create -f site-1.yaml --save-config",
      "kubectl replace -f site-2.yaml",
      "kubectl get deploy site -o jsonpath='{.spec.template.spec.containers}'",
      "kubectl replace -f site-2.yaml --dry-run=client",
      "kubectl replace -f site-2.yaml --dry-run=server",
      "kubectl replace -f site-2.yaml --save-config -o name",
      "kubectl replace -f site-2.yaml --grace-period=3",
      "kubectl replace -f site-2.yaml --timeout=3s",
      "kubectl replace --force -f site-1.yaml",
      "kubectl replace --force -f site-1.yaml --grace-period=0",
      "kubectl replace --force -f site-1.yaml --cascade=orphan",
      "kubectl replace -f half.yaml",
      "kubectl create -f half.yaml --dry-run=server",
      "kubectl get -f half.yaml",
      "kubectl delete -f half.yaml",
      "kubectl delete -f site-1.yaml",
    ],
  },
  {
    name: "debug",
    lines: [
      "kubectl apply -f site-1.yaml",
      "kubectl create -f many.yaml",
      "kubectl wait --for=condition=Ready pod/many",
      "kubectl debug",
      "kubectl debug many",
      "kubectl debug none --image=busybox",
      "kubectl debug many --image=busybox:1.36 -c d1 -- sleep 1000",
      "kubectl debug many --image=busybox:1.36 -c d2 -q --target=none",
      "kubectl debug many --image=busybox:1.36 -c d3 --target=many",
      "kubectl debug many --image=busybox:1.36 -c d4 -q --profile=netadmin",
      "kubectl debug many --image=busybox:1.36 -c d5 -q --profile=sysadmin --env=A=b --image-pull-policy=Always",
      "kubectl debug many --image=busybox:1.36 -c d6 -q --profile=restricted --arguments-only -- a b",
      "kubectl debug many --image=busybox:1.36 -c d7 -q --profile=general",
      "kubectl get pod many -o jsonpath='{.spec.ephemeralContainers}'",
      "kubectl debug many --image=busybox:1.36 -c many -q",
      "kubectl debug many --image=busybox:1.36 --copy-to=m0 -c dbg -q",
      `kubectl get pod m0 ${COPY}`,
      "kubectl debug many --image=busybox:1.36 --copy-to=m1 -c dbg -q --profile=general",
      `kubectl get pod m1 ${COPY}`,
      "kubectl debug many --image=busybox:1.36 --copy-to=m2 -c dbg -q --keep-labels --same-node",
      `kubectl get pod m2 ${COPY}`,
      "kubectl debug many --image=busybox:1.36 --copy-to=m3 -c dbg -q --profile=restricted --keep-labels",
      `kubectl get pod m3 ${COPY}`,
      "kubectl debug many --image=busybox:1.36 --copy-to=m4 -c dbg -q --profile=baseline --keep-init-containers=false",
      `kubectl get pod m4 ${COPY}`,
      "kubectl debug many --image=busybox:1.36 --copy-to=m5 -c dbg -q --share-processes=false",
      `kubectl get pod m5 ${COPY}`,
      "kubectl debug many --copy-to=m9 --set-image=many=nginx:1.29",
      "kubectl get pod m9 -o jsonpath='{.spec.containers[*].image}'",
      "kubectl debug many --copy-to=m8 -c many -- sleep 5",
      "kubectl get pod m8 -o jsonpath='{.spec.containers[*].command}'",
      "kubectl debug many --image=busybox:1.36 --image-pull-policy=Frob",
      "kubectl debug many --image='busy box'",
      "kubectl debug many --image=busybox -t",
      "kubectl debug many --image=busybox:1.36 --copy-to=x --target=one",
      "kubectl debug many --copy-to=x",
      "kubectl debug many --copy-to=x -- ls",
      "kubectl debug many --copy-to=x -c none -- ls",
      "kubectl debug --image=busybox",
      "kubectl debug many --same-node --image=busybox",
      "kubectl debug many --set-image=a=b",
      "kubectl debug deploy/site --image=busybox",
      "kubectl debug node/worker-1 --image=busybox --profile=frob",
      "kubectl debug node/worker-1 --image=busybox:1.36 -q -c look",
      `kubectl get pods -l app.kubernetes.io/managed-by=kubectl-debug ${ON_NODE}`,
      "kubectl delete pods -l app.kubernetes.io/managed-by=kubectl-debug -o name --dry-run=client | wc -l",
    ],
  },
  {
    name: "a deployment's life",
    lines: [
      "kubectl create deployment d --image=nginx:1.28 --replicas=2",
      "kubectl rollout status deploy/d",
      "kubectl scale deploy d --replicas=3",
      "kubectl rollout status deploy/d",
      "kubectl get deploy d",
      "kubectl set image deploy/d nginx=nginx:1.29",
      "kubectl rollout pause deploy/d",
      "kubectl rollout pause deploy/d",
      "kubectl set env deploy/d A=1 B=2",
      "kubectl set env deploy/d --list",
      "kubectl set resources deploy/d --limits=cpu=200m,memory=64Mi",
      "kubectl rollout resume deploy/d",
      "kubectl rollout resume deploy/d",
      "kubectl rollout status deploy/d",
      "kubectl rollout history deploy/d",
      "kubectl rollout undo deploy/d",
      "kubectl rollout status deploy/d",
      "kubectl rollout restart deploy/d",
      "kubectl rollout status deploy/d",
      "kubectl expose deploy d --port=80",
      "kubectl get svc d -o jsonpath='{.spec.ports}'",
      "kubectl autoscale deploy d --min=2 --max=4 --cpu=80%",
      "kubectl set serviceaccount deploy/d default",
      "kubectl set selector svc/d app=e",
      "kubectl delete hpa d",
      "kubectl delete svc,deploy d",
      "kubectl get deploy,svc d",
    ],
  },
  {
    name: "pods",
    lines: [
      "kubectl run p --image=nginx:1.28 --labels=a=b",
      "kubectl wait --for=condition=Ready pod/p",
      "kubectl get pod p",
      "kubectl exec p -- hostname",
      "kubectl label pod p a=c --overwrite",
      "kubectl set image pod/p p=nginx:1.29",
      'kubectl patch pod p -p \'{"spec":{"hostname":"x"}}\'',
      "kubectl expose pod p --port=80 --name=p",
      "kubectl delete pod p --grace-period=1",
      "kubectl delete svc p",
      "kubectl run q --image=busybox:1.36 --restart=Never -- sh -c 'echo out; exit 0'",
      "kubectl wait --for=jsonpath='{.status.phase}'=Succeeded pod/q",
      "kubectl logs q",
      "kubectl delete pod q --now",
      "kubectl delete pod --all",
    ],
  },
  {
    name: "nodes",
    lines: [
      "kubectl cordon worker-1",
      "kubectl cordon worker-1",
      "kubectl get node worker-1",
      "kubectl taint node worker-1 a=b:NoSchedule",
      "kubectl taint node worker-1 a=b:NoSchedule",
      "kubectl taint node worker-1 a=c:NoSchedule --overwrite",
      "kubectl get node worker-1 -o jsonpath='{.spec.taints}'",
      "kubectl taint node worker-1 a-",
      "kubectl uncordon worker-1",
      "kubectl uncordon worker-1",
      "kubectl label node worker-2 disk=fast",
      "kubectl get nodes -l disk=fast",
      "kubectl label node worker-2 disk-",
    ],
  },
  {
    name: "namespaces and rights",
    lines: [
      "kubectl create namespace n",
      "kubectl create sa robot -n n",
      "kubectl create role r --verb=get,list --resource=pods -n n",
      "kubectl create rolebinding b --role=r --serviceaccount=n:robot -n n",
      "kubectl auth can-i list pods -n n --as=system:serviceaccount:n:robot",
      "kubectl auth can-i delete pods -n n --as=system:serviceaccount:n:robot",
      "kubectl get pods -n n --as=system:serviceaccount:n:robot",
      "kubectl get cm -n n --as=system:serviceaccount:n:robot",
      "kubectl create quota q --hard=configmaps=2 -n n",
      "kubectl wait --for=jsonpath='{.status.hard.configmaps}'=2 quota/q -n n",
      "kubectl create cm one -n n",
      "kubectl create cm two -n n",
      "kubectl config set-context --current --namespace=n",
      "kubectl get sa",
      "kubectl config set-context --current --namespace=default",
      "kubectl delete namespace n",
      "kubectl get ns n",
    ],
  },
  {
    name: "jobs",
    lines: [
      "kubectl create job j --image=busybox:1.36 -- sh -c 'echo done'",
      "kubectl wait --for=condition=complete job/j",
      "kubectl get job j -o jsonpath='{.status.succeeded}'",
      "kubectl logs job/j",
      "kubectl create cronjob c --image=busybox:1.36 --schedule='*/10 * * * *' -- sh -c 'echo tick'",
      "kubectl create job from-c --from=cronjob/c",
      "kubectl wait --for=condition=complete job/from-c",
      'kubectl patch cronjob c -p \'{"spec":{"suspend":true}}\'',
      "kubectl get cronjob c",
      "kubectl delete cronjob,job --all",
    ],
  },
  {
    name: "custom resources",
    lines: [
      "kubectl apply -f crd.yaml",
      "kubectl wait --for=condition=Established crd/widgets.example.org",
      "kubectl create ns shop",
      "kubectl apply -f widget.yaml",
      "kubectl get widgets -n shop",
      'kubectl patch widget small -n shop --type=merge -p \'{"spec":{"size":5}}\'',
      'kubectl patch widget small -n shop -p \'{"spec":{"size":6}}\'',
      'kubectl patch widget small -n shop --type=merge -p \'{"spec":{"size":"x"}}\'',
      "kubectl get wd small -n shop -o jsonpath='{.spec}'",
      "kubectl delete widget small -n shop",
      "kubectl delete crd widgets.example.org",
      "kubectl get widgets -n shop",
    ],
  },
];

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
};
