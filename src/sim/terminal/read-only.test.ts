import { expect, it } from "vitest";
import { goesOn, readsOnly } from "./read-only";

it.each([
  "kubectl get pods",
  "k get po -A | grep web | sort | head -3",
  "kubectl -n kube-system describe pod x",
  "kubectl --context x get pods -o yaml > /dev/null",
  "kubectl rollout status deployment/web && kubectl logs -f web",
  "kubectl config view; kubectl auth can-i get pods",
  "kubectl scale --help",
  "watch -n 1 kubectl get pods",
  "etcdctl --endpoints=a:2379 member list -w table",
  "etcdctl get / --prefix",
  "echo $(kubectl get pods)",
  "etcdutl snapshot status s.db -w table",
  "ssh -o ConnectTimeout=3 master-1 ls -l '|' wc",
  "cd x; export A=1; ls",
  "A=1",
  "",
  "# nothing",
  "echo 'open",
  "for p in $(kubectl get pods -o name); do kubectl describe $p; done",
  "while true; do kubectl get pods | wc -l; sleep 1; done",
])("%s only looks", (line) => {
  expect(readsOnly(line)).toBe(true);
});

it.each([
  "kubectl apply -f x",
  "k delete pod x",
  "kubectl get pods; kubectl scale deploy/web --replicas=3",
  "kubectl -n x edit deploy web",
  "kubectl rollout restart deploy/web",
  "kubectl config use-context x",
  "kubectl get pods > file",
  "kubectl get po -o name | xargs kubectl delete",
  "echo $(kubectl delete pod x)",
  "watch kubectl delete pod x",
  "etcdctl put a b",
  "etcdctl member remove 1",
  "etcdutl --data-dir d snapshot restore s.db",
  "ssh master-1",
  "ssh -l root master-1 'rm x'",
  "scp x master-1:",
  "sed -i s/a/b/ x",
  "$CMD get pods",
  "vi x.yaml",
  "rm x",
  "tee x",
  "for i in 1 2; do kubectl delete pod x$i; done",
  "for i in $(kubectl delete pod x); do echo; done",
  "if true; then rm x; fi",
  "{ ls; } > f",
  "source x",
  "unknown",
])("%s may change something", (line) => {
  expect(readsOnly(line)).toBe(false);
});

it.each([
  ["kubectl get pods -w", true],
  ["k get pods --watch | grep x", true],
  ["kubectl logs web -f", true],
  ["watch ls", true],
  ["etcdctl watch a", true],
  ["while true; do ls; sleep 1; done", true],
  ["until true; do ls; done", false],
  ["if true; then watch ls; fi", true],
  ["ssh master-1 kubectl get pods -w", true],
  ["ssh master-1", false],
  ["kubectl get pods", false],
  ["kubectl apply -f x", false],
  ["kubectl rollout status deploy/web", false],
])("%s goes on until it is stopped: %s", (line, expected) => {
  expect(goesOn(line)).toBe(expected);
});
