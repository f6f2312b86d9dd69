import { describe, expect, it } from "vitest";
import { Future } from "../../../../kernel/future";
import { SECOND } from "../../../../kernel/time";
import { idle, world } from "../../../../kernel/test-world";
import type { ContainerContext } from "../../container-context";
import { LiveInput, NO_INPUT, TextInput } from "./io";
import { Shell, type Streams } from "./shell";
import { Terminal } from "./terminal";

function machine(image = "busybox:1.37") {
  const { kernel, a } = world();
  const process = idle(a);
  const context: ContainerContext = {
    host: a,
    sandbox: {
      podUid: "u",
      namespace: "default",
      name: "web-1",
      attempt: 0,
      hostNetwork: false,
      dns: { servers: ["10.96.0.10"], searches: ["default.svc.cluster.local"], ndots: 5 },
    },
    container: {
      name: "main",
      image,
      attempt: 0,
      command: ["sh", "-c", "sleep 100"],
      args: [],
      env: [{ name: "GREETING", value: "hello world" }],
      resources: { cpuRequest: 0, cpuLimit: 0, memoryRequest: 0, memoryLimit: 0 },
      mounts: [],
      stdin: false,
      tty: false,
      hash: "",
      gracePeriod: 30,
    },
    ip: "10.244.1.5",
    executable: "sh",
    files: new Map(),
    term: new Future(kernel),
    input: NO_INPUT,
    interrupts: undefined,
    write: () => {},
    log: () => {},
  };
  return { kernel, process, context };
}

/** Runs a command with an input; what it wrote and its exit code. */
function run(words: readonly string[], { input = "", image = "busybox:1.37", files = {} } = {}) {
  const { kernel, process, context } = machine(image);
  for (const [name, text] of Object.entries(files)) context.files.set(name, String(text));
  const written = { out: "", err: "" };
  const streams: Streams = {
    input: new TextInput(input),
    out: (text) => (written.out += text),
    err: (text) => (written.err += text),
  };
  const thread = process.spawn("sh", new Shell(process, context, streams).argv(words));
  kernel.runUntil(60 * SECOND);
  return { ...written, code: thread.done.value, files: context.files, term: context.term.settled };
}

const sh = (script: string, options = {}) => run(["sh", "-c", script], options);

describe("scripts", () => {
  it.each([
    ["echo a b   c", "a b c\n"],
    ["echo 'a  b' \"c  d\"", "a  b c  d\n"],
    ["echo $GREETING; echo \"$GREETING!\" '$GREETING'", "hello world\nhello world! $GREETING\n"],
    ["x=1; y=$x$x; echo ${y}3", "113\n"],
    ["i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done", "0\n1\n2\n"],
    ["for n in a $GREETING; do echo -n $n,; done", "a,hello,world,"],
    ["if [ -f /nope ]; then echo y; elif true; then echo e; else echo n; fi", "e\n"],
    ["echo $(hostname)-$(echo b | cat)", "web-1-b\n"],
    ["echo `hostname -i`", "10.244.1.5\n"],
    ["false || echo or; true && echo and; ! false && echo not", "or\nand\nnot\n"],
    ["false; echo $?; true; echo $?", "1\n0\n"],
    ["(cd /tmp; pwd); pwd", "/tmp\n/\n"],
    ["{ echo a; echo b; } | wc -l", "2\n"],
    ["echo one > /tmp/f; echo two >> /tmp/f; cat < /tmp/f", "one\ntwo\n"],
    ["ls /nope 2>/dev/null; echo $?", "1\n"],
    ["ls /nope 2>&1 | grep -c such", "1\n"],
    ["printf '%s=%d\\n' a 1 b 2", "a=1\nb=2\n"],
    ["seq 12 | tail -3 | head -n 1", "10\n"],
    ["echo -e 'b\\na\\nb' | sort -u", "a\nb\n"],
    ["sh -c 'exit 3'; echo $?", "3\n"],
    ["touch /tmp/a; mkdir /tmp/d; ls /tmp", "a\nd\n"],
    ["cat /etc/resolv.conf", "search default.svc.cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"],
    ["date", "Thu Jan  1 00:00:00 UTC 2026\n"],
    ["date +%s", "1767225600\n"],
    ["echo $((7 * (2 + 3) % 4)) $((1 < 2))", "3 1\n"],
    ["sleep 3; date +%T", "00:00:03\n"],
    [
      "for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done; while :; do break; done; break; echo out",
      "1\n3\nout\n",
    ],
    ["cat <<EOF\n$GREETING\n  a\nEOF", "hello world\n  a\n"],
    ["X=1 true; echo [$X]; X=2 sh -c 'echo $X'; X=$(false) || echo failed", "[]\n2\nfailed\n"],
    ["for a in 1 2; do for b in 1 2; do [ $b = 2 ] && continue 2; echo $a$b; done; done", "11\n21\n"],
    ["while true; do echo y; sleep 1; done | head -2", "y\ny\n"],
    ["(while true; do date +%S; sleep 1; done) | grep 0 | head -1", "00\n"],
    ["{ echo b > /tmp/f; echo c; } >> /tmp/f; cat /tmp/f; nosuch 2> /dev/stdout | wc -l", "b\nc\n1\n"],
    ["i=0; while i=$((i+1)); [ $i -lt 3 ] || break; do echo $i; done", "1\n2\n"],
    [
      "cat <<EOF\n{a: $GREETING} ${GREETING}} $(echo b) $((1+1)) \\$x $?\nEOF",
      "{a: hello world} hello world} b 2 $x 0\n",
    ],
  ])("%s", (script, out) => {
    expect(sh(script)).toMatchObject({ out, err: "", code: 0 });
  });

  it.each([
    ["exit 4; echo never", 4, "", ""],
    ["nosuch", 127, "", "sh: nosuch: not found\n"],
    ["cat /nope", 1, "", "cat: can't open '/nope': No such file or directory\n"],
    ["if true", 2, "", "sh: syntax error: unexpected end of file\n"],
    ["echo 'open", 2, "", "sh: syntax error: unexpected end of file\n"],
    ["(".repeat(100_000), 2, "", "sh: nested too deep\n"],
    ["sleep x", 1, "", "sleep: invalid number 'x'\n"],
    ["[ -f /x", 2, "", "sh: missing ]\n"],
    ["[ abc -eq 3 ]", 2, "", "sh: abc: integer expression expected\n"],
    ["echo $((1 / 0)); echo no", 2, "", "sh: 1 / 0: division by 0\n"],
    [
      "echo $((1 __proto__ 2))",
      2,
      "",
      'sh: 1 __proto__ 2: syntax error in expression (error token is "__proto__")\n',
    ],
    [`echo ${"$(".repeat(3000)}${")".repeat(3000)}`, 2, "", "sh: nested too deep\n"],
    ["kill 99", 1, "", "sh: can't kill pid 99: No such process\n"],
    ["wget -q http://nowhere.example", 1, "", "wget: bad address 'nowhere.example'\n"],
    ["nc -z 10.0.0.2 81", 1, "", ""],
  ])("%s ends with %i", (script, code, out, err) => {
    expect(sh(script)).toMatchObject({ code, out, err });
  });

  it("do not grow a variable without end", () => {
    const { code, err } = run(["sh", "-c", "a=xxxxxxxx; while a=$a$a; do true; done; exit 7"]);
    expect([code, err]).toEqual([7, "sh: out of memory\n"]);
  });

  it("take time in any loop, and hold no text without end", () => {
    const w = Array.from({ length: 60 }, () => "w").join(" ");
    const nested = `for a in ${w}; do for b in ${w}; do for c in ${w}; do x=$a; done; done; done; date +%s`;
    expect(sh(nested)).toMatchObject({ code: 0 });
    const doubling =
      "echo xxxxxxxx > /f; while cat /f /f /f /f > /g && cat /g > /f && [ $((i+=0)) ]; do true; done";
    expect(sh(doubling.replace(" && [ $((i+=0)) ]", ""), {}).err).toContain("No space left on device");
    expect(sh("sleep 1e999").code).toBeUndefined();
    expect(sh("[ " + "! ".repeat(20_001) + "x ]; echo $?").out).toBe("1\n");
  });

  it("end the container's program by asking it to", () => {
    expect(sh("kill 1").term).toBe(true);
    expect(sh("kill -9 1").term).toBe(false);
  });

  it("can be read from the input", () => {
    expect(run(["sh"], { input: "x=5\necho $x\nexit 6\necho no\n" })).toMatchObject({ out: "5\n", code: 6 });
    expect(run(["sh"], { input: "for i in 1 2\ndo\necho $i\ndone\ncat <<E\nx\nE\n" }).out).toBe("1\n2\nx\n");
    expect(run(["cat"], { input: "a\nb" })).toMatchObject({ out: "a\nb\n", code: 0 });
  });
});

describe("what an image has", () => {
  it.each([
    ["busybox:1.37", "which wget curl bash", "/bin/wget\n"],
    ["nginx:1.28", "which wget curl bash", "/bin/curl\n/bin/bash\n"],
    ["redis:8", "which ps curl bash", "/bin/bash\n"],
    ["kubarium/web:v1", "which wget curl", "/bin/wget\n/bin/curl\n"],
  ])("%s: %s", (image, script, out) => {
    expect(sh(script, { image }).out).toBe(out);
  });
});

describe("a terminal", () => {
  function session() {
    const { kernel, process, context } = machine();
    let screen = "";
    const terminal = new Terminal(kernel, (text) => (screen += text));
    const write = (text: string): void => terminal.write(text);
    const streams = { input: terminal.input, out: write, err: write, interrupts: terminal.interrupts };
    const thread = process.spawn("sh", new Shell(process, context, streams).argv(["sh"]));
    return {
      type(keys: string, seconds = 1): string {
        screen = "";
        terminal.type(keys);
        kernel.runUntil(kernel.now + seconds * SECOND);
        return screen;
      },
      get code() {
        return thread.done.value;
      },
    };
  }

  it("asks, echoes, corrects, and remembers where it is", () => {
    const s = session();
    expect(s.type("cd /tmp\r")).toBe("cd /tmp\r\n/tmp # ");
    expect(s.type("ecgo\u007f\u007fho hi\r")).toBe("ecgo\b \b\b \bho hi\r\nhi\r\n/tmp # ");
    expect(s.type("exit 3\r")).toBe("exit 3\r\n");
    expect(s.code).toBe(3);
  });

  it("interrupts what runs, and ends at the end of its input", () => {
    const s = session();
    expect(s.type("sleep 1000\r")).toBe("sleep 1000\r\n");
    expect(s.type("\u0003")).toBe("^C\r\n/ # ");
    expect(s.type("echo $?\r")).toBe("echo $?\r\n130\r\n/ # ");
    expect(s.type("abc\u0003")).toBe("abc^C\r\n/ # ");
    expect(s.type("for i in 1 2; do\r")).toBe("for i in 1 2; do\r\n> ");
    expect(s.type("\u0003")).toBe("^C\r\n/ # ");
    s.type("while true; do sleep 1; done\r");
    s.type("\u0003break\r");
    expect(s.type("echo a; echo b\r")).toBe("echo a; echo b\r\na\r\nb\r\n/ # ");
    s.type("sleep 100 | cat\r");
    expect(s.type("\u0003echo x\r")).toBe("^C\r\n/ # echo x\r\nx\r\n/ # ");
    expect(s.type("\u0004")).toBe("\r\n");
    expect(s.code).toBe(0);
  });
});

describe("live input", () => {
  it("gives whole lines as they come, and what is left at its end", () => {
    const { kernel, process } = machine();
    const input = new LiveInput(kernel);
    const seen: (string | undefined)[] = [];
    process.spawn(
      "reader",
      (function* () {
        for (;;) {
          const line = yield* input.readLine();
          seen.push(line);
          if (line === undefined) return;
        }
      })(),
    );
    input.push("a\nb");
    kernel.runUntil(1);
    expect(seen).toEqual(["a"]);
    input.push("c\nd");
    input.close();
    kernel.runUntil(2);
    expect(seen).toEqual(["a", "bc", "d", undefined]);
  });
});
