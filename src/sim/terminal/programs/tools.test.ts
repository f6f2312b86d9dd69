import { describe, expect, it } from "vitest";
import { TestTerminal } from "../test-terminal";

const PODS = `NAME      READY   STATUS    RESTARTS   AGE
web-a     1/1     Running   0          5m
web-b     0/1     Pending   2          4m
db-0      1/1     Running   11         6m
`;

/** Each with a file `pods` and a file `conf`. */
function terminal(): TestTerminal {
  const t = new TestTerminal();
  t.write("/root/pods", PODS);
  t.write("/root/conf", "a: 1\nb: 2\n# note\nc: 3\n");
  return t;
}

describe("text tools", () => {
  it.each([
    ["grep web pods | wc -l", "2\n"],
    ["grep -c Running pods", "2\n"],
    ["grep -iv RUNNING pods | cut -d' ' -f1", "NAME\nweb-b\n"],
    ["grep -n db pods | cut -c1-6", "4:db-0\n"],
    ["grep -E 'web-(a|x)|db' -o pods", "web-a\ndb\n"],
    ["grep -E 'note|^c' conf", "# note\nc: 3\n"],
    ["grep 'a|b' pods; echo $?", "1\n"],
    ["grep 'web-a\\|db' -o pods", "web-a\ndb\n"],
    ["grep -F 1/1 pods | wc -l", "2\n"],
    ["grep -A1 a: conf", "a: 1\nb: 2\n"],
    ["grep -B1 c: conf", "# note\nc: 3\n"],
    ["grep -A0 -e a: -e c: conf", "a: 1\nc: 3\n"],
    ["grep -C1 -n note conf", "2-b: 2\n3:# note\n4-c: 3\n"],
    ["grep -q Running pods && echo yes", "yes\n"],
    ["grep -m1 -o web- pods", "web-\n"],
    ["grep -w web pods | wc -l", "2\n"],
    ["grep -l a: conf pods", "conf\n"],
    ["grep 2 conf pods", "conf:b: 2\npods:web-b     0/1     Pending   2          4m\n"],
    ["head -n 1 conf", "a: 1\n"],
    ["head -n -3 conf", "a: 1\n"],
    ["tail -1 conf", "c: 3\n"],
    ["tail -n +4 conf", "c: 3\n"],
    ["tail -n +2 pods | sort -k4 -n | awk '{print $1}'", "web-a\nweb-b\ndb-0\n"],
    ["sort -t: -k2 -nr conf | head -1", "c: 3\n"],
    ["printf 'b\\na\\nb\\n' | sort | uniq -c", "      1 a\n      2 b\n"],
    ["printf 'b\\na\\nb\\n' | sort -ru", "b\na\n"],
    ["printf '10\\n9\\n' | sort -n", "9\n10\n"],
    ["awk 'NR>1 {print $1, $3}' pods | head -1", "web-a Running\n"],
    ['awk \'$3 == "Pending" {print $1 "!"}\' pods', "web-b!\n"],
    ["awk '/web/ {print $NF}' pods", "5m\n4m\n"],
    ["awk -F: '{print $2}' conf | head -1", " 1\n"],
    ["sed 's/web/www/g' pods | grep -o 'www-.' ", "www-a\nwww-b\n"],
    ["sed -n '2p' conf", "b: 2\n"],
    ["sed '1,3d' conf", "c: 3\n"],
    ["sed '/^#/d' conf | wc -l", "3\n"],
    ["sed -E 's|([a-c]): ([0-9])|\\2=\\1|' conf | head -1", "1=a\n"],
    ["tr -d ':\\n' < conf", "a 1b 2# notec 3"],
    ["tr a-z A-Z < conf | head -1", "A: 1\n"],
    ["tr -s ' ' < pods | cut -d' ' -f2 | tail -1", "1/1\n"],
    ["wc -l conf", "4 conf\n"],
    ["echo -n secret | base64", "c2VjcmV0\n"],
    ["echo c2VjcmV0 | base64 -d", "secret"],
    ["cp conf other; mv other third; ls", "conf  pods  third\n"],
    ["mkdir -p x/y; cp conf x/y; cat x/y/conf | head -1; rm -r x; ls -d x 2>&1 | wc -l", "a: 1\n1\n"],
    [
      "mkdir d /tmp; cp conf d; cp -r d e; mv d /tmp; mv e /tmp/d; ls -1 /tmp/d /tmp/d/e | xargs",
      "/tmp/d: conf e /tmp/d/e: conf\n",
    ],
    [
      "cp conf two; sed -i 's/^a:/z:/' conf two; head -1 conf two | xargs",
      "==> conf <== z: 1 ==> two <== z: 1\n",
    ],
    ["diff conf conf; echo $?", "0\n"],
    ["echo x > a; echo y > b; diff a b", "--- a\n+++ b\n@@ -1,1 +1,1 @@\n-x\n+y\n"],
    ["seq 3 | tac | xargs", "3 2 1\n"],
    ["date; date -I; date '+%a %e. %b %q%%'", "Thu Jan  1 00:00:01 UTC 2026\n2026-01-01\nThu  1. Jan %q%\n"],
    ["date +%Y-%m-%d | grep -cE '^[0-9]{4}(-[0-9]{2}){2}$'", "1\n"],
    ["which ls cd nosuch; echo $?", "/usr/local/bin/ls\n1\n"],
    ["history | tail -1 | grep -c history", "1\n"],
  ])("%s", (line, output) => {
    expect(terminal().run(line)).toBe(output);
  });

  it.each([
    ["grep -y x pods", "grep: invalid option -- 'y'\n", 2],
    ["grep '(' -E pods", "grep: Unmatched ( or \\(\n", 2],
    ["cat nosuch", "cat: nosuch: No such file or directory\n", 1],
    ["cat /root", "cat: /root: Is a directory\n", 1],
    ["ls nosuch", "ls: cannot access 'nosuch': No such file or directory\n", 2],
    ["rm nosuch", "rm: cannot remove 'nosuch': No such file or directory\n", 1],
    ["rm /root", "rm: cannot remove '/root': Is a directory\n", 1],
    ["cp nosuch x", "cp: cannot stat 'nosuch': No such file or directory\n", 1],
    ["cp /root x", "cp: -r not specified; omitting directory '/root'\n", 1],
    ["cp -r /root /root/x", "cp: cannot copy a directory, '/root', into itself, '/root/x'\n", 1],
    ["mv conf pods nowhere/", "mv: target 'nowhere/': No such file or directory\n", 1],
    ["mkdir d; mv d conf", "mv: cannot overwrite non-directory '/root/conf' with directory 'd'\n", 1],
    ["mkdir -p d e/d/x; mv d e", "mv: cannot overwrite '/root/e/d': Directory not empty\n", 1],
    ["systemctl restart nosuch", "Failed to restart nosuch.service: Unit nosuch.service not found.\n", 5],
    [
      "crictl ps",
      "FATA[0000] validate service connection: rpc error: code = Unavailable desc = connection error: " +
        'desc = "transport: dial unix /run/containerd/containerd.sock: connect: connection refused"\n',
      1,
    ],
    ["head -n x conf", "head: invalid number of lines: 'x'\n", 1],
    ["sleep x", "sleep: invalid time interval 'x'\n", 1],
    ["curl http://example.com", "curl: (6) Could not resolve host: example.com\n", 6],
    ["echo x | base64 -d", "base64: invalid input\n", 1],
  ])("%s complains", (line, err, code) => {
    const t = terminal();
    t.run(line);
    expect([t.err, t.code]).toEqual([err, code]);
  });

  it("takes simulated time to sleep, and to find out that nobody is there", () => {
    const t = terminal();
    t.type("sleep 2.5");
    t.wait(2);
    expect(t.code).toBeUndefined();
    t.wait(1);
    expect(t.code).toBe(0);
    t.run("curl http://10.0.0.9:80", 60);
    expect(t.code).toBeGreaterThan(0);
  });
});
