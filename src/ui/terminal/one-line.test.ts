import { expect, it } from "vitest";
import { oneLine } from "./one-line";

it.each([
  ["ls", "ls"],
  ["for i in 1 2\ndo\n  echo $i\ndone", "for i in 1 2; do echo $i; done"],
  ["if true; then\necho a;\nelse\necho b\nfi", "if true; then echo a; else echo b; fi"],
  ["kubectl get pods |\nwc -l", "kubectl get pods | wc -l"],
  ["true &&\n\nls", "true && ls"],
  ["kubectl get \\\n  pods", "kubectl get pods"],
  ["{\necho a\n}", "{ echo a; }"],
  ["echo redo\nls", "echo redo; ls"],
  ["echo 'a\nb'", "echo 'a\nb'"],
  ["cat <<E\nx\nE", "cat <<E\nx\nE"],
])("%j is kept as %j", (command, kept) => {
  expect(oneLine(command)).toBe(kept);
});
