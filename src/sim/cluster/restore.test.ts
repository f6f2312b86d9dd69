/** Disaster recovery: etcd's data restored on the masters' own disks, from the operator's terminal. */
import { describe, expect, it } from "vitest";
import { SECOND } from "../kernel/time";
import { everything } from "../terminal/programs/everything";
import { installPrograms } from "../terminal/programs/installed";
import type { ShellInput } from "../terminal/terminal";
import { actualReady } from "../testing/actual-ready";
import { Cluster } from "./cluster";
import { Invariants } from "./invariants";
import { masterIp, masterName } from "./topology";

installPrograms(everything);

/** A cluster, and the operator's terminal. */
class Desk {
  readonly cluster: Cluster;
  readonly invariants: Invariants;
  readonly masters: readonly string[];
  /** What the last line has printed, to wherever. */
  out = "";
  code: number | undefined;
  #line = "";
  #steps = 0;

  constructor(masters: number) {
    const config = { seed: 4, masters, workers: 2, cloud: false, workload: "web", traffic: 0 } as const;
    this.cluster = new Cluster(config);
    this.cluster.boot();
    this.invariants = new Invariants(this.cluster);
    this.masters = Array.from({ length: masters }, (_, i) => masterName(i + 1));
  }

  type(line: string): void {
    this.#line = `${this.#line}x`;
    this.out = "";
    this.code = undefined;
    this.cluster.machines.terminals.listen(this.#line, {
      output: (_stream, text) => void (this.out += text),
      edit: () => {},
      exit: (code) => void (this.code = code),
    });
    this.#apply({ type: "shell", id: this.#line, session: "1", line, width: 100 });
  }

  input(input: ShellInput): void {
    this.out = "";
    this.#apply({ type: "shell-input", id: this.#line, input });
  }

  run(line: string, seconds = 60): string {
    this.type(line);
    this.until(() => this.code !== undefined, seconds);
    return this.out;
  }

  /** Runs a line that must not fail. */
  must(line: string): string {
    this.run(line);
    expect([line, this.out, this.code]).toEqual([line, this.out, 0]);
    return this.out;
  }

  until(done: () => boolean, seconds = 120): void {
    const { kernel } = this.cluster;
    const limit = kernel.now + seconds * SECOND;
    while (!done()) {
      expect(kernel.now, this.out).toBeLessThan(limit);
      kernel.step();
      if (this.#steps++ % 20 === 0) this.invariants.check();
    }
  }

  wait(seconds: number): void {
    const end = this.cluster.kernel.now + seconds * SECOND;
    this.until(() => this.cluster.kernel.now >= end, seconds + 1);
  }

  power(type: "power-off" | "power-on"): void {
    for (const host of this.masters) this.#apply({ type, host });
  }

  processes(host: string): string[] {
    return [...this.cluster.kernel.network.host(host).processes.keys()];
  }

  /** Is it as it was when the snapshot was saved, with pods that really run? */
  recovered(): boolean {
    const { recorded } = this.cluster;
    const names = new Set([...recorded.deployments.values()].map((d) => d.metadata.name));
    if (!names.has("web") || names.has("later") || !recorded.workloadsReady()) return false;
    return recorded.podsReady() === actualReady(this.cluster) && recorded.nodesReady() > 2;
  }

  #apply(command: Parameters<Cluster["apply"]>[0]): void {
    expect(this.cluster.apply(command)).toEqual({ ok: true, value: undefined });
  }
}

/** A cluster whose snapshot lies on all masters, and which has changed since. */
function withSnapshot(masters: number): Desk {
  const desk = new Desk(masters);
  desk.must(`source etcd.env; ETCDCTL_ENDPOINTS=${masterIp(1)}:2379 etcdctl snapshot save snap.db`);
  desk.must("kubectl delete deployment web; kubectl create deployment later --image=nginx:1.28");
  for (const master of desk.masters) desk.must(`scp snap.db ${master}:`);
  desk.until(() => desk.cluster.recorded.workloadsReady());
  desk.wait(30);
  return desk;
}

describe("etcd is restored", () => {
  it("on three masters, in place; a power cut right afterwards loses nothing of it", () => {
    const desk = withSnapshot(3);
    const cluster = desk.masters.map((m, i) => `${m}=https://${masterIp(i + 1)}:2380`).join(",");
    for (const master of desk.masters)
      desk.must(`ssh ${master} 'mkdir m; mv /etc/kubernetes/manifests/*.yaml m/'`);
    desk.wait(25);
    expect(desk.must("ssh master-2 crictl ps | grep -v coredns")).toMatch(/^CONTAINER .*NAMESPACE\n$/);
    desk.until(() => desk.masters.every((m) => desk.processes(m).join() === "containerd,kubelet,sshd"));
    for (const [i, master] of desk.masters.entries()) {
      desk.must(`ssh ${master} mv /var/lib/etcd /var/lib/etcd.old`);
      const out = desk.must(
        `ssh ${master} etcdutl snapshot restore snap.db --name ${master} --initial-cluster ${cluster} ` +
          `--initial-advertise-peer-urls https://${masterIp(i + 1)}:2380 --data-dir /var/lib/etcd ` +
          "--initial-cluster-token again --bump-revision 1000000 --mark-compacted",
      );
      expect(out).toContain("\tinfo\tsnapshot/v3_snapshot.go:333\trestored snapshot\t");
    }
    desk.power("power-off");
    desk.wait(5);
    desk.power("power-on");
    desk.wait(10);
    for (const master of desk.masters) desk.must(`ssh ${master} 'mv m/*.yaml /etc/kubernetes/manifests/'`);
    desk.until(() => desk.recovered(), 300);
    expect(desk.cluster.recorded.revision).toBeGreaterThan(1_000_000);
    expect(desk.must("etcdctl member list")).toMatch(
      /^1, started, master-1, .*\n2, started, master-2, .*\n3, started, master-3, /,
    );
    desk.power("power-off");
    desk.wait(5);
    desk.power("power-on");
    desk.until(() => desk.recovered(), 300);
    expect(desk.invariants.violations).toEqual([]);
    const { history, kernel } = desk.cluster;
    expect(Cluster.replay(history, kernel.now).hash()).toBe(desk.cluster.hash());
  });

  it("on one master, in another folder that its manifest then names; who knew more is started anew", () => {
    const desk = withSnapshot(1);
    desk.must("ssh master-1 etcdutl snapshot restore snap.db --data-dir /var/lib/etcd-restored");
    const manifests = "/etc/kubernetes/manifests";
    desk.must(
      `ssh master-1 'sed -i "s#path: /var/lib/etcd\\$#path: /var/lib/etcd-restored#" ${manifests}/etcd.yaml; ` +
        `mkdir m; mv ${manifests}/kube-*.yaml m/'`,
    );
    desk.until(() => !desk.processes("master-1").includes("kube-apiserver"));
    desk.must(`ssh master-1 'mv m/*.yaml ${manifests}/'`);
    desk.until(() => desk.processes("master-1").includes("kube-apiserver"));
    for (const node of ["master-1", "worker-1", "worker-2"])
      desk.must(`ssh ${node} systemctl restart kubelet`);
    desk.until(() => desk.recovered(), 300);
    expect(desk.must("ssh master-1 ls /var/lib")).toBe("etcd\netcd-restored\n");
    expect(desk.invariants.violations).toEqual([]);
  });

  it("is needed where one of three has forgotten: alone it cannot go on, together they can be restored", () => {
    const desk = new Desk(3);
    desk.must("ssh master-3 'mv /etc/kubernetes/manifests/etcd.yaml .; sleep 30; rm -rf /var/lib/etcd'");
    desk.must("ssh master-3 mv etcd.yaml /etc/kubernetes/manifests/");
    const log = (): string => desk.run("ssh master-3 cat /var/log/pods/kube-system_etcd-*/etcd/*.log");
    desk.wait(60);
    expect(log()).toContain("Was the raft log corrupted, truncated, or lost?");
    expect(desk.invariants.violations).toEqual([]);
  });
});

describe("ssh", () => {
  it("is a shell on that machine until it is left, where Ctrl+C ends what runs there", () => {
    const desk = new Desk(1);
    desk.type("ssh worker-1");
    desk.wait(1);
    expect(desk.out).toBe("root@worker-1:~# ");
    const typed = (text: string, seconds = 1): string => {
      desk.input({ kind: "text", text });
      desk.wait(seconds);
      return desk.out;
    };
    expect(typed("cd /etc; hostname | tr a-z A-Z")).toBe("WORKER-1\nroot@worker-1:/etc# ");
    expect(typed("kubectl get pods")).toBe("bash: kubectl: command not found\nroot@worker-1:/etc# ");
    expect(typed("cat")).toBe("");
    expect(typed("echoed")).toBe("echoed\n");
    desk.input({ kind: "interrupt" });
    desk.wait(1);
    expect(desk.out).toBe("root@worker-1:/etc# ");
    expect(typed("cat > kubernetes/manifests/edge.yaml <<END")).toBe("> ");
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "edge" } };
    typed(JSON.stringify({ ...pod, spec: { containers: [{ name: "edge", image: "nginx:1.28" }] } }));
    expect(typed("END")).toBe("root@worker-1:/etc# ");
    typed("echo 'kind: Pod' > kubernetes/manifests/none.yaml");
    desk.wait(25);
    expect(typed("exit 3")).toBe("logout\nConnection to worker-1 closed.\n");
    expect(desk.code).toBe(3);
    expect(desk.must("kubectl get pods edge-worker-1 -o name")).toBe("pod/edge-worker-1\n");
    desk.must("ssh worker-1 rm /etc/kubernetes/manifests/edge.yaml");
    desk.wait(40);
    expect(desk.run("kubectl get pods edge-worker-1")).toContain("NotFound");
  });

  it("runs commands there: output, input and exit code are theirs", () => {
    const desk = new Desk(1);
    expect(desk.must("echo one | ssh master-1 'cat > f; cat f f' | wc -l")).toBe("2\n");
    expect(
      desk.must("ssh master-1 crictl logs $(ssh master-1 crictl ps -q --name etcd) | head -1"),
    ).toContain('"msg":"configuring peer listeners"');
    expect(desk.must("ssh master-1 kubectl get nodes -o name")).toContain("node/worker-1\n");
    expect(
      desk.must("scp master-1:/etc/kubernetes/manifests/etcd.yaml . >/dev/null; head -2 etcd.yaml"),
    ).toBe("apiVersion: v1\nkind: Pod\n");
    desk.run("ssh master-1 'ls /nosuch'");
    expect([desk.out, desk.code]).toEqual(["ls: cannot access '/nosuch': No such file or directory\n", 2]);
  });

  const cannot = "ssh: connect to host worker-1 port 22:";
  it.each<[string, (desk: Desk) => void, string, string]>([
    [
      "that nobody knows",
      () => {},
      "ssh nowhere",
      "ssh: Could not resolve hostname nowhere: Name or service not known",
    ],
    ["as somebody else", () => {}, "ssh joe@worker-1", "joe@worker-1: Permission denied (publickey)."],
    [
      "without sshd",
      (d) => void d.must("ssh worker-1 systemctl stop sshd || true"),
      "ssh worker-1",
      `${cannot} Connection refused`,
    ],
    [
      "without power",
      (d) => void d.cluster.apply({ type: "power-off", host: "worker-1" }),
      "ssh worker-1",
      `${cannot} Connection timed out`,
    ],
    [
      "that is cut off",
      (d) => void d.cluster.apply({ type: "cut", a: "worker-1", b: "*", direction: "both" }),
      "ssh -o ConnectTimeout=5 worker-1 ls",
      `${cannot} Connection timed out`,
    ],
  ])("fails to a machine %s", (_name, before, line, message) => {
    const desk = new Desk(1);
    before(desk);
    desk.run(line, 200);
    expect([desk.out, desk.code]).toEqual([`${message}\n`, 255]);
  });

  it("hears nobody who speaks something else, and nothing of that reaches the disk", () => {
    const desk = new Desk(1);
    const curl = "curl -s http://10.0.1.1:22/etc/kubernetes/manifests/x.yaml; echo $?";
    expect(desk.run(curl)).toMatch(/^(?:52|56)\n$/);
    expect(desk.must("ssh worker-1 ls /etc/kubernetes/manifests")).toBe("kube-proxy.yaml\n");
  });

  it.each([
    [{ type: "power-off", host: "worker-1" }, "Timeout, server worker-1 not responding.\n"],
    [
      { type: "crash-process", host: "worker-1", process: "sshd" },
      "Connection to worker-1 closed by remote host.\n",
    ],
  ] as const)("loses its session: %j", (command, message) => {
    const desk = new Desk(1);
    desk.type("ssh worker-1 sleep 1000");
    desk.wait(1);
    expect(desk.processes("worker-1")).toContain("sleep-1");
    desk.cluster.apply(command);
    desk.until(() => desk.code !== undefined, 100);
    expect([desk.out, desk.code]).toEqual([message, 255]);
    expect(desk.processes("worker-1")).not.toContain("sleep-1");
  });
});
