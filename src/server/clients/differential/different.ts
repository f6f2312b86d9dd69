/** Lines whose outputs differ on purpose, or by chance of the real program, each with the reason. */
export const DIFFERENT: ReadonlyMap<string, string> = new Map([
  ["kubectl", "help is in our words"],
  ["kubectl auth", "help is in our words"],
  ["kubectl top", "help is in our words"],
  ["kubectl rollout", "help is in our words"],
  ["kubectl rollout frob", "help is in our words"],
  ["kubectl create", "help is in our words"],
  ["kubectl set", "help is in our words"],
  ["kubectl certificate", "help is in our words"],
  [
    "kubectl logs many -n shop --all-containers --prefix --tail=1",
    "the real one takes containers in the random order of a Go map",
  ],
  ["kubectl exec many -n shop -c one -- nothing-there", "the message names a random id of the execution"],
  [
    "kubectl create namespace x --dry-run=client -o json",
    "the real one keeps the order of Go's fields in JSON that it makes itself",
  ],
  [
    "kubectl diff -f apply-1.yaml",
    "the real one is told when the object was made in two answers, by a clock that may have gone on by a second",
  ],
  ["kubectl diff -f site-2.yaml", "the programs that compare texts choose among differences of one length"],
]);
