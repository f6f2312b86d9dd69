/** What is simulated, and where it differs from a real cluster of Kubernetes v1.35. Kept true with every change. */
export const simulated = {
  tab: "What is simulated",
  intro:
    "Kubarium states Kubernetes v1.35. Nothing on the stage is scripted: every component is a " +
    "process of its own on a simulated machine, knows only what reaches it over a simulated network, " +
    "and follows the rules and figures of the real one.",
  real: {
    title: "As in a real cluster",
    items: [
      "etcd: Raft with pre-vote, check-quorum, snapshots and read-index; revisions, transactions, " +
        "watches, leases, compaction; durable only after fsync; snapshots that are restored on the masters’ own disks.",
      "kube-apiserver: authentication, RBAC and node authorization, priority and fairness, admission, defaults, " +
        "validation, conflicts, watches from a revision, graceful deletion, finalizers, owner " +
        "references.",
      "Controllers: Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob, TTL after finished, " +
        "ReplicationController, Endpoints, EndpointSlice, namespace, garbage collector, ServiceAccount " +
        "and token, node lifecycle, taint eviction, node IPAM, pod garbage collector, disruption budgets, " +
        "ClusterRole aggregation, " +
        "HorizontalPodAutoscaler by what pods really use.",
      "kube-scheduler: queue, filters, scores with upstream’s weights, preemption; " +
        "cloud-controller-manager: nodes, load balancers, routes.",
      "kubelet, containerd and kube-proxy: probes, restarts with back-off, image pulls, graceful " +
        "termination, static pods, packet rules on each node at its own time; cluster DNS; users’ " +
        "requests that really travel to a pod.",
    ],
  },
  different: {
    title: "Different, on purpose",
    items: [
      "kube-proxy and the cloud-controller-manager run as static pods; kubeadm installs them as DaemonSets.",
      "metrics-server is installed from the start, in its node’s network, and is proxied to without an " +
        "APIService object. The control plane’s own use of CPU and memory is a fixed figure.",
      "On-premises each node tells the network’s routers where its pods are, as BGP plugins do; no pod does it.",
      "The control plane’s pods log what matters in upstream’s words, not all that the real ones print.",
      "All controllers share one identity; kubeadm gives each a ServiceAccount of its own.",
      "Clients from outside reach the API over plain HTTP on loopback with a token in the address; each is the " +
        "operator at the workstation. Ports cannot be forwarded, exec needs a WebSocket, and integers " +
        "beyond 2^53 are refused.",
      "Clients from outside are told the cluster’s times by the clock of their own machine, so that ages are right " +
        "whatever the pace; the page shows the cluster’s own, which begin in 2026.",
      "Certificates name their holders but nothing is encrypted, and nobody can forge one.",
      "The probes that kubeadm gives to the control plane’s own pods are left out: a crash is " +
        "noticed by the kubelet, a hang is not.",
      "Priority levels of the API server lend each other no seats, and fair queues count all requests as equally long.",
      "A dead connection is noticed after 45 s without simulating each keepalive packet.",
      "pod-template-hash and the hashes of ControllerRevisions are stable, but other values than " +
        "upstream’s; so is the text of a few rare messages.",
      "A StatefulSet creates the claims of its pods, but nothing binds volumes to them: the pods run " +
        "without, and keep no data.",
      "CronJobs know the time zones that are used most, with the summer time of Europe and North " +
        "America; others are refused as unknown.",
      "Members of etcd have small numbers as ids; static pods’ manifests are looked at every 20 s.",
      "etcd takes a snapshot every 2000 entries instead of 10 000, to spare the memory of the page; " +
        "no quota, no alarms.",
      "Machines boot in 5 s; sizes of images, speed of the registry and of disks, and what programs " +
        "in containers do are models. Pods do nothing but what their model says.",
      "Large clusters (over 200 workers at the start) get pods’ addresses from 10.128.0.0/10.",
    ],
  },
  missing: {
    title: "Not there yet",
    items: [
      "Webhooks; metrics of pods, objects and the world outside for autoscalers.",
      "Storage and network kinds are stored, checked and shown, but nothing acts on them: claims are not bound to " +
        "volumes, Ingresses get no address, NetworkPolicies stop no packet, certificate requests are not signed.",
      "Custom kinds: rules in CEL (x-kubernetes-validations) are kept but not checked, patterns of more " +
        "than some thousand parts are refused, webhooks do not convert.",
      "Of kubectl: port-forward, proxy, cp, auth reconcile, kustomize, plugins and create --edit; each says so. Its " +
        "help is in our own words.",
      "Resizing pods in place does not know resources of pods as a whole, nor swap, and control groups take any " +
        "amount as it is.",
      "The terminal is a small bash: no functions, arrays, case, [[ ]], (( )), ${name:-…}, set, eval or " +
        "background jobs; the sh of containers knows the same; " +
        "a full pipe ends its writer instead of holding it up; its sed and awk know the common part, its grep no " +
        "back-references. etcdctl shows values as JSON and knows no sizes.",
      "ssh reaches the cluster’s machines as root, without keys or passwords to keep. There are files of the " +
        "control plane, logs and etcd’s data, and of systemctl and crictl only the first steps; a shell there has " +
        "neither Tab nor history.",
      "A member of etcd that starts with an empty folder does not ask the others whether it has been one of them; " +
        "one restored with another name or address keeps showing that.",
      "A clock of its own for each machine: all clocks agree.",
    ],
  },
} as const;
