import { beforeEach, describe, expect, it } from "vitest";
import { SECOND } from "../kernel/time";
import { TestGroup } from "../etcd/test-group";
import type { ClientCertificate } from "../api/http";
import type { StateImage } from "../etcd/state-machine";
import { dataFiles } from "../etcd/wal";
import { diskFiles } from "../terminal/disk-files";
import { everything } from "../terminal/programs/everything";
import { installPrograms } from "../terminal/programs/installed";
import { Terminals } from "../terminal/terminal";

installPrograms(everything);

const HOLDER = { commonName: "client", organizations: [], authority: "etcd-ca" } as ClientCertificate;
const VARIABLES =
  "export ETCDCTL_ENDPOINTS=https://10.0.0.1:2379,10.0.0.2:2379,10.0.0.3:2379 ETCDCTL_CERT=/c ETCDCTL_KEY=/k";

/** Three members that want certificates, and a workstation that has one. */
class Desk {
  readonly group = new TestGroup({ members: 3, clientCertAuth: true });
  readonly #terminals: Terminals;
  out = "";
  err = "";
  code: number | undefined;
  #lines = 0;

  constructor() {
    const host = this.group.clientHost;
    this.#terminals = new Terminals({
      host,
      variables: {},
      has: () => true,
      certificate: (text) => (text === "etcd's certificate" ? HOLDER : undefined),
    });
    const files = diskFiles(host.disk);
    for (const [path, text] of [
      ["/root/x", ""],
      ["/c", "etcd's certificate"],
      ["/k", "key"],
    ] as const)
      files.write(path, text);
    this.group.elect();
    this.run(VARIABLES);
  }

  type(line: string): void {
    this.out = "";
    this.err = "";
    this.code = undefined;
    const id = `l${++this.#lines}`;
    this.#terminals.listen(id, {
      output: (stream, text) => void (stream === "out" ? (this.out += text) : (this.err += text)),
      edit: () => {},
      exit: (code) => void (this.code = code),
    });
    this.group.kernel.external(() => this.#terminals.run("1", id, line, 80, false));
  }

  run(line: string, seconds = 8): string {
    this.type(line);
    for (let i = 0; i < seconds * 10 && this.code === undefined; i++) this.group.run(SECOND / 10);
    return this.out;
  }
}

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

describe("keys", () => {
  it("puts, gets and deletes", () => {
    expect(desk.run("etcdctl put foo bar")).toBe("OK\n");
    expect(desk.run("echo -n piped | etcdctl put foo2")).toBe("OK\n");
    expect(desk.run("etcdctl get foo")).toBe("foo\nbar\n");
    expect(desk.run("etcdctl get foo --prefix --keys-only")).toBe("foo\n\nfoo2\n\n");
    expect(desk.run("etcdctl get --prefix --limit 1 --print-value-only foo")).toBe("bar\n");
    expect(desk.run("etcdctl get foo --prefix --count-only")).toBe('"Count" : 2\n');
    expect(desk.run("etcdctl get nothing")).toBe("");
    expect(desk.run("etcdctl del foo --prefix")).toBe("2\n");
    expect(desk.run("etcdctl get foo --prefix")).toBe("");
  });

  it("reads the past, until it is compacted, and writes JSON", () => {
    desk.run("etcdctl put a 1");
    const first = JSON.parse(desk.run("etcdctl get a -w json"));
    expect(first.kvs).toEqual([
      {
        key: "YQ==",
        create_revision: first.header.revision,
        mod_revision: first.header.revision,
        version: 1,
        value: "MQ==",
      },
    ]);
    desk.run("etcdctl put a 2");
    const { revision } = first.header;
    expect(desk.run(`etcdctl get a --rev=${revision}`)).toBe("a\n1\n");
    expect(desk.run(`etcdctl compaction ${revision + 1}`)).toBe(`compacted revision ${revision + 1}\n`);
    desk.run(`etcdctl get a --rev=${revision}`);
    expect([desk.err, desk.code]).toEqual([
      "Error: etcdserver: mvcc: required revision has been compacted\n",
      1,
    ]);
  });

  it("watches", () => {
    desk.type("etcdctl watch w --prefix");
    desk.group.run(SECOND);
    const watching = desk.out;
    desk.group.put(1, "w1", "x");
    desk.group.do(desk.group.connect(1).delete("w1"));
    desk.group.run(SECOND);
    expect([watching, desk.out]).toEqual(["", "PUT\nw1\nx\nDELETE\nw1\n\n"]);
  });

  it("does not write what an API server could not read", () => {
    desk.run("etcdctl put /registry/pods/default/x '{}'");
    expect(desk.code).toBe(1);
    expect(desk.run("etcdctl get /registry --prefix")).toBe("");
  });
});

describe("members and endpoints", () => {
  it("lists members in three forms", () => {
    expect(desk.run("etcdctl member list")).toBe(
      [1, 2, 3]
        .map((i) => `${i}, started, m${i}, https://10.0.0.${i}:2380, https://10.0.0.${i}:2379, false\n`)
        .join(""),
    );
    const table = desk.run("etcdctl member list -w table").split("\n");
    expect(table.slice(0, 4)).toEqual([
      "+----+---------+------+-----------------------+-----------------------+------------+",
      "| ID | STATUS  | NAME |      PEER ADDRS       |     CLIENT ADDRS      | IS LEARNER |",
      "+----+---------+------+-----------------------+-----------------------+------------+",
      "|  1 | started |   m1 | https://10.0.0.1:2380 | https://10.0.0.1:2379 |      false |",
    ]);
    expect(JSON.parse(desk.run("etcdctl member list -w json")).members).toHaveLength(3);
  });

  it("finds all members from one, and says which of them leads", () => {
    const one = "etcdctl --endpoints=10.0.0.2:2379 endpoint";
    const rows = desk.run(`${one} status --cluster`).trim().split("\n");
    expect(rows.map((row) => row.split(", ")[8]).sort((a, b) => ((a ?? "") < (b ?? "") ? -1 : 1))).toEqual([
      "false",
      "false",
      "true",
    ]);
    const health = desk.run(`${one} health --cluster`).trim().split("\n");
    expect(health).toHaveLength(3);
    expect(health[0]).toMatch(
      /^https:\/\/10\.0\.0\.1:2379 is healthy: successfully committed proposal: took = [\d.]+ms$/,
    );
  });

  it("hands leadership on, only by way of the leader", () => {
    const leader = desk.group.elect();
    const to = (leader % 3) + 1;
    desk.run(`etcdctl --endpoints=10.0.0.${to}:2379 move-leader ${to}`);
    expect([desk.err, desk.code]).toEqual([`Error: no leader endpoint given at [10.0.0.${to}:2379]\n`, 128]);
    expect(desk.run(`etcdctl move-leader ${to}`)).toBe(`Leadership transferred from ${leader} to ${to}\n`);
    expect(desk.group.elect()).toBe(to);
  });

  it("removes a member and adds one, which is not started by that", () => {
    const leader = desk.group.elect();
    const victim = (leader % 3) + 1;
    expect(desk.run(`etcdctl member remove ${victim}`)).toContain(`${victim} removed from cluster`);
    expect(desk.run("etcdctl member list").split("\n")).toHaveLength(3);
    expect(desk.run("etcdctl member add m4 --peer-urls=https://10.0.0.9:2380 --learner")).toContain(
      'ETCD_NAME="m4"',
    );
    expect(desk.run("etcdctl member list")).toContain(
      "m4, https://10.0.0.9:2380, https://10.0.0.9:2379, true",
    );
    desk.run("etcdctl member remove 9f");
    expect([desk.err, desk.code]).toEqual(["Error: etcdserver: member not found\n", 1]);
    desk.run("etcdctl member remove x");
    expect(desk.code).toBe(128);
  });

  it("goes on with those that are left, and says who is unhealthy", () => {
    const leader = desk.group.elect();
    desk.group.host(leader).powerOff();
    desk.group.run(5 * SECOND);
    expect(desk.run("etcdctl put a b")).toBe("OK\n");
    desk.run("etcdctl endpoint health", 12);
    expect(desk.out.trim().split("\n")).toHaveLength(2);
    expect(desk.err).toContain("is unhealthy: failed to commit proposal: context deadline exceeded");
    expect([desk.code, desk.err.endsWith("Error: unhealthy cluster\n")]).toEqual([1, true]);
  });

  it("fails without a majority after its time", () => {
    const leader = desk.group.elect();
    for (const id of [1, 2, 3]) if (id !== (leader % 3) + 1) desk.group.host(id).powerOff();
    desk.group.run(5 * SECOND);
    desk.run("etcdctl put a b", 12);
    expect([desk.out, desk.code]).toEqual(["", 1]);
    expect(desk.err).toMatch(/\nError: (?:context deadline exceeded|etcdserver: .*)\n$/);
  });
});

describe("certificates and mistakes", () => {
  it("is refused without a certificate, and with another's", () => {
    for (const line of [
      "unset ETCDCTL_CERT ETCDCTL_KEY; etcdctl get a",
      "etcdctl --cert=/k --key=/k get a",
    ]) {
      desk.run(line, 12);
      expect(desk.code).toBe(1);
      expect(desk.err).toContain("tls: certificate required");
      expect(desk.err.endsWith("Error: context deadline exceeded\n")).toBe(true);
    }
    expect(desk.run("etcdctl --cert=/c --key=/k member list").split("\n")).toHaveLength(4);
  });

  it.each([
    [
      "etcdctl get",
      "Error: get command needs one argument as key and an optional argument as range_end\n",
      128,
    ],
    ["etcdctl frobnicate", 'Error: unknown command "frobnicate" for "etcdctl"\n', 1],
    ["etcdctl get a --frob", "Error: unknown flag: --frob\n", 1],
    ["etcdctl get a -w table", "Error: table is not supported as output format\n", 128],
    ["etcdctl --cert=/nosuch --key=/k get a", "Error: open /nosuch: no such file or directory\n", 1],
    [
      "etcdctl get a --rev=x",
      'Error: invalid argument "x" for "--rev" flag: strconv.ParseInt: parsing "x": invalid syntax\n',
      1,
    ],
    ["etcdctl get a --rev=99999", "Error: etcdserver: mvcc: required revision is a future revision\n", 1],
    [
      "etcdctl snapshot save s",
      "Error: snapshot must be requested to one selected node, not multiple " +
        "[https://10.0.0.1:2379 10.0.0.2:2379 10.0.0.3:2379]\n",
      128,
    ],
  ])("%s", (line, err, code) => {
    desk.run(line, 12);
    expect([desk.out, desk.err, desk.code]).toEqual(["", err, code]);
  });

  it("saves a snapshot and looks at it", () => {
    desk.run("etcdctl put a b");
    expect(desk.run("etcdctl --endpoints=10.0.0.1:2379 snapshot save s.db")).toBe(
      "Snapshot saved at s.db\nServer version 3.6.0\n",
    );
    expect(desk.run("etcdutl snapshot status s.db")).toMatch(/^[0-9a-f]+, \d+, \d+, 1 kB\n$/);
    desk.run("etcdctl snapshot status s.db");
    expect(desk.err).toContain("use `etcdutl snapshot status`");
  });

  const cluster = "--name m1 --initial-cluster m1=https://10.0.0.1:2380";
  const urls = ["http://localhost:2380", "https://10.0.0.1:2380"];
  it.each([
    ["s.db", 'required flag(s) "data-dir" not set', 1],
    ["--data-dir d", "snapshot restore requires exactly one argument", 128],
    ["s.db --data-dir d --bump-revision 5", "--mark-compacted required if --revision-bump > 0", 128],
    ["s.db --data-dir d --mark-compacted", "--mark-compacted required if --revision-bump > 0", 128],
    ["nosuch --data-dir d", "open nosuch: no such file or directory", 1],
    ["x --data-dir d", "snapshot missing hash but --skip-hash-check=false", 1],
    ["s.db --data-dir /", 'data-dir "/" not empty or could not be read', 1],
    ["s.db --data-dir d --name m1", `couldn't find local name "m1" in the initial cluster configuration`, 1],
    ["s.db --data-dir d --initial-cluster default", 'empty URL given for "default"', 1],
    [
      `s.db --data-dir d ${cluster}`,
      `--initial-cluster has m1=${urls[1]} but missing from --initial-advertise-peer-urls=${urls[0]} ` +
        `("${urls[0]}"(resolved from "${urls[0]}") != "${urls[1]}"(resolved from "${urls[1]}"))`,
      1,
    ],
    ["s.db --frob", "unknown flag: --frob", 1],
  ])("restores nothing from %s", (args, message, code) => {
    desk.run("etcdctl --endpoints=10.0.0.1:2379 snapshot save s.db");
    desk.run(`etcdutl snapshot restore ${args}`);
    expect([desk.out, desk.err, desk.code]).toEqual(["", `Error: ${message}\n`, code]);
    expect(desk.run("ls d 2>&1")).toContain("No such file");
  });

  it("restores keys, leases and revisions, or a later revision with nothing before it", () => {
    desk.run("etcdctl put a b; etcdctl put a c; etcdctl --endpoints=10.0.0.1:2379 snapshot save s.db");
    for (const [dir, more] of [
      ["one", ""],
      ["two", "--bump-revision 1000 --mark-compacted"],
    ] as const)
      expect([desk.run(`etcdutl snapshot restore s.db --data-dir ${dir} ${more}`), desk.code]).toEqual([
        "",
        0,
      ]);
    const { disk } = desk.group.clientHost;
    const image = (dir: string) =>
      (disk.read(dataFiles(`/root/${dir}`).snapshot) as { data: StateImage }).data;
    const saved = desk.group.view(1)?.revision ?? 0;
    expect(image("one").store).toMatchObject({ revision: saved, compactRevision: 0 });
    expect(image("one").store.versions.filter((kv) => kv.key === "a").length).toBeGreaterThan(1);
    const { revision, compactRevision, versions, history } = image("two").store;
    expect([revision, compactRevision, history]).toEqual([saved + 1000, saved + 1000, []]);
    expect(versions.filter((kv) => kv.key === "a").map((kv) => kv.value)).toEqual(["c"]);
    expect(image("two").members).toEqual([{ id: 1, name: "default", ip: "127.0.0.1", learner: false }]);
    desk.group.clientHost.powerOff();
    desk.group.clientHost.powerOn();
    expect(image("two").store.revision).toBe(saved + 1000);
  });
});
