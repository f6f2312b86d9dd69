import { describe, expect, it } from "vitest";
import type { Task } from "../kernel/task";
import { parseScript } from "../shell/parser";
import { everything } from "./programs/everything";
import { installPrograms } from "./programs/installed";
import { TestTerminal } from "./test-terminal";

describe("words", () => {
  it.each([
    ["echo a   b", "a b\n"],
    ["echo 'a   b' \"c  d\"", "a   b c  d\n"],
    ["echo a\\ \\ b", "a  b\n"],
    ['echo "say \\"hi\\" \\$HOME"', 'say "hi" $HOME\n'],
    ["echo '$HOME'", "$HOME\n"],
    ["echo $HOME/x ~ ~/y a~", "/root/x /root /root/y a~\n"],
    ["X='a  b'; echo $X; echo \"$X\"", "a b\na  b\n"],
    ["X=1 Y=2; echo ${X}${Y}3", "123\n"],
    ["echo $NOTHING | wc -w", "0\n"],
    ["echo a # a comment", "a\n"],
    ["echo a#b", "a#b\n"],
    ['echo $(echo b; echo c) "$(echo d)"', "b c d\n"],
    ['echo $(echo "x)y")', "x)y\n"],
    ["false; echo $?; true; echo $?", "1\n0\n"],
    ["echo $", "$\n"],
    ['X=1 env | grep ^X=; echo "[$X]"', "X=1\n[]\n"],
    ["export X=2; env | grep ^X=", "X=2\n"],
    ["X=2; env | grep -c ^X=", "0\n"],
    ["echo one \\\ntwo", "one two\n"],
    ["echo \"\" x ''", " x \n"],
    ["\"echo\" --flag='a b'", "--flag=a b\n"],
    ["echo {a,b{1,2}}c {1..3} {3..1} x{,y}", "ac b1c b2c 1 2 3 3 2 1 x xy\n"],
    ['echo {a} {} "{a,b}" {1..x} {a,b', "{a} {} {a,b} {1..x} {a,b\n"],
    ["echo {1..100000}", "{1..100000}\n"],
    ["X=3; echo $((X * (2 + X) - 1)) $((7 % 4)) $((1 < 2)) $((nothing))", "14 3 1 0\n"],
    [
      "X=2; echo $((2**10)) $((-2 ** 2)) $((!X || X > 1 && X != 3)) $(($X+1)) $((010)) $((0x1f)) $(( ))",
      "1024 4 1 3 8 31 0\n",
    ],
    ['echo {01..03} {c..a} {9..1..4} {a,b}"x"{c,d}', "01 02 03 c b a 9 5 1 axc axd bxc bxd\n"],
    ["echo {1..9999} {1..9999} | wc -w", "10000\n"],
    [`echo ${"{1..1}".repeat(20_000)} | wc -c`, "120001\n"],
    ["printf '%-3s|%03d|%x|%5s|\\n' ab 7 255 é", "ab |007|ff|    é|\n"],
    ["X=1 Y=$X; echo $Y; X=2 echo $X; A=kubectl; echo $#$0", "1\n1\n0bash\n"],
    ['echo $(echo "a\\"b") $(echo \\))', 'a"b )\n'],
    ['echo `echo a; echo b` "`echo \\`echo c\\``"', "a b c\n"],
  ])("%s", (line, output) => {
    expect(new TestTerminal().run(line)).toBe(output);
  });
});

describe("lists, pipes and redirections", () => {
  it.each([
    ["true && echo yes || echo no", "yes\n"],
    ["false && echo yes || echo no", "no\n"],
    ["false && echo a; echo b", "b\n"],
    ["echo a\necho b\n\n", "a\nb\n"],
    ["printf 'b\\na\\n' | sort | head -1", "a\n"],
    ["echo x > f; echo y >> f; cat f", "x\ny\n"],
    ["echo x > f; echo y > f; cat < f", "y\n"],
    ["nosuch 2> e; cat e", "bash: nosuch: command not found\n"],
    ["nosuch 2>/dev/null; echo $?", "127\n"],
    ["nosuch 2>&1 | cat", "bash: nosuch: command not found\n"],
    ["cat nosuch f 2>&1 >/dev/null | wc -l", "2\n"],
    ["cat <<< hello", "hello\n"],
    ["X=v; cat <<EOF\na $X 'b'\n\\$X\nEOF\necho after", "a v 'b'\n$X\nafter\n"],
    ["cat <<'EOF' | tr a-z A-Z\na $X\nEOF", "A $X\n"],
    ["cat <<-EOF\n\t\ta\n\tEOF", "a\n"],
    ["touch a1 a2 b1; echo a* *1 c*", "a1 a2 a1 b1 c*\n"],
    ["mkdir d; touch d/x d/y; echo d/*; ls d", "d/x d/y\nx  y\n"],
    ['echo "*"', "*\n"],
    ["ls | head -1; seq 1 100000 | head -2", "1\n2\n"],
    ["echo a | tee f | cat; cat f", "a\na\n"],
    ["printf 'a b' | xargs -n 1 echo -", "- a\n- b\n"],
    ["printf 'a\\nb\\n' | xargs -I{} echo '<{}>'", "<a>\n<b>\n"],
    ["alias hi='echo hello'; hi you", "hello you\n"],
    ["cd /; pwd; cd -; cd; pwd", "/\n/root\n/root\n"],
  ])("%s", (line, output) => {
    expect(new TestTerminal().run(line)).toBe(output);
  });

  it.each([
    ["echo 'a", true],
    ['echo "a', true],
    ["echo a |", true],
    ["echo a &&", true],
    ["echo a \\\n", true],
    ["cat <<EOF\nx", true],
    ["echo $(date", true],
    ["| cat", false],
    ["echo ;; b", false],
    ["echo > ", false],
    ["sleep 1 &", false],
    ["(echo a", true],
    ["{ echo a", true],
    ["for i in 1 2", true],
    ["while true; do", true],
    ["if true; then echo a", true],
    ["echo $((1 + 2", true],
    ["! ", true],
    ["done", false],
    ["for 1 in 2; do echo; done", false],
    ["while; do echo; done", false],
    ["if true; then fi", false],
    ["{ }", false],
    [")", false],
    ["case x in x) echo;; esac", false],
    ["(".repeat(100_000), false],
    ["$(".repeat(100_000), true],
    ["echo ${x/y}", false],
  ])("does not run %j", (line, incomplete) => {
    const result = parseScript(line);
    expect(result.ok ? "ran" : result.error.incomplete).toBe(incomplete);
  });

  it("gives the words and the code of bash for what it cannot do", () => {
    const t = new TestTerminal();
    t.run("echo a | | cat");
    expect([t.err, t.code]).toEqual(["bash: syntax error near unexpected token `|'\n", 2]);
    t.run("foo");
    expect([t.err, t.code]).toEqual(["bash: foo: command not found\n", 127]);
    t.run("cat < nosuch");
    expect([t.err, t.code]).toEqual(["bash: nosuch: No such file or directory\n", 1]);
    t.run("cd nosuch");
    expect([t.err, t.code]).toEqual(["bash: cd: nosuch: No such file or directory\n", 1]);
  });
});

describe("loops, conditions and groups", () => {
  it.each([
    ["for i in a 'b c' $(echo d e); do echo \"<$i>\"; done", "<a>\n<b c>\n<d>\n<e>\n"],
    ["for i in {1..3}\ndo\n  echo $i\ndone | tac", "3\n2\n1\n"],
    ["i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done", "0\n1\n2\n"],
    ["i=3; until test $i = 0; do i=$((i-1)); done; echo $i", "0\n"],
    ["if [ -f nosuch ]; then echo y; elif true; then echo e; else echo n; fi", "e\n"],
    ["if false; then echo y; else echo n; fi > f; cat f", "n\n"],
    ["printf 'a 1\\nb 2\\n' | while read name n; do echo $n-$name; done", "1-a\n2-b\n"],
    ["printf 'a/1\\n' | while IFS=/ read name n; do echo $n-$name; done", "1-a\n"],
    ["X=$(false) || echo failed; if Y=$(true); then echo y; fi; X=$(false); echo $?", "failed\ny\n1\n"],
    ["echo a; echo $((1/0)); echo no", "a\n"],
    ["echo $((2 +)) | cat; echo after", "after\n"],
    ["[ ! -f no -a -f no2 ] || [ a = b -a x -o c = c ] && echo right", "right\n"],
    ["cat <<EOF\n{a: $HOME} ${HOME}} $(echo b) `echo c` $((1+1)) \\$x\nEOF", "{a: /root} /root} b c 2 $x\n"],
    ["i=0; while i=$((i+1)); [ $i -lt 3 ] || continue 1; do echo $i; [ $i = 2 ] && break; done", "1\n2\n"],
    ["printf 'a\\nb\\n' > f; while read; do echo [$REPLY]; done < f", "[a]\n[b]\n"],
    ["for i in 1 2 3; do if [ $i = 2 ]; then continue; fi; echo $i; done", "1\n3\n"],
    ["while true; do while true; do break 2; done; echo no; done; echo out", "out\n"],
    ["while true; do echo y; done | head -2", "y\ny\n"],
    ["X=1; (X=2; cd /; echo $X); echo $X $(pwd)", "2\n1 /root\n"],
    ["{ echo a; echo b; } | wc -l; ! true; echo $?; ! false && echo not", "2\n1\nnot\n"],
    ["X=1; echo 2 | read X; echo $X", "1\n"],
    ["false || exit 3; echo no", ""],
    ["(exit 3); echo $?", "3\n"],
    ["[ a = b -o 2 -gt 1 ] && echo or; [ ! -d /root -a x ]; echo $?", "or\n1\n"],
    ["break; echo after", "after\n"],
  ])("%s", (line, output) => {
    expect(new TestTerminal().run(line)).toBe(output);
  });

  it("stops a loop of builtins by Ctrl+C", () => {
    const t = new TestTerminal();
    t.type("while :; do i=$((i+1)); done");
    t.wait(2);
    expect(t.code).toBeUndefined();
    t.input({ kind: "interrupt" });
    t.wait(1);
    expect(t.code).toBe(130);
    expect(Number(t.run("echo $i"))).toBeGreaterThan(100);
  });

  it("makes nothing of what Ctrl+C has cut off", () => {
    const t = new TestTerminal();
    t.write("/root/f", "kept");
    t.type("echo $(sleep 100) > f");
    t.wait(1);
    t.input({ kind: "interrupt" });
    t.wait(1);
    expect([t.code, t.read("/root/f")]).toEqual([130, "kept"]);
  });

  it("runs what watch repeats in a shell of its own, and what is sourced in this one", () => {
    const t = new TestTerminal();
    t.write("/root/s", "cd /; Z=2");
    t.type("watch -n 1 'cd /; Z=1'");
    t.wait(3);
    t.input({ kind: "interrupt" });
    t.wait(1);
    expect(t.run("echo $PWD $Z; . ./s; pwd; echo $Z")).toBe("\n/\n2\n");
  });

  it("lets time pass while files run themselves, so that Ctrl+C gets in", () => {
    const t = new TestTerminal();
    t.write("/root/s", ". ./s\n".repeat(20));
    t.type(". ./s 2>/dev/null");
    t.wait(1);
    t.input({ kind: "interrupt" });
    t.wait(1);
    expect(t.code).toBe(130);
  });

  it("says that a file is full, and goes on", () => {
    const t = new TestTerminal();
    t.write("/root/big", "x".repeat(3_999_990));
    t.run("echo 0123456789 >> big; echo after");
    expect([t.out, t.err]).toEqual(["after\n", "bash: write error: No space left on device\n"]);
  });

  it.each([
    `echo ${"$(".repeat(3000)}${")".repeat(3000)}`,
    `echo ${"{ $(".repeat(40)}${")}".repeat(40)}`,
    `${"(".repeat(40)}echo $(${"(".repeat(40)}echo a${")".repeat(40)})${")".repeat(40)}`,
    "echo $((1 __proto__ 2)) $((1 hasOwnProperty 2))",
    `echo $((${"(".repeat(5000)}1${")".repeat(5000)}))`,
    `[ ${"! ".repeat(20_001)} x ]`,
    `[ ${"a -o ".repeat(20_000)} ]`,
    `echo ${"{a,".repeat(10_000)}${"}".repeat(10_000)}`,
    `echo ${"{1..9999} ".repeat(300)}`,
    `printf %999999999s x`,
    `if true; then echo; ${"elif true; then echo; ".repeat(5000)} fi`,
  ])("answers %.40s", (line) => {
    const t = new TestTerminal();
    t.type(line);
    t.wait(5);
    expect(t.code).toBeTypeOf("number");
  });

  it("grows no variable without end", () => {
    const t = new TestTerminal();
    t.run("a=xxxxxxxx; while true; do a=$a$a || break; done; echo ${a} | wc -c", 5);
    expect([t.out, t.err]).toEqual(["524289\n", "bash: out of memory\n"]);
  });
});

describe("a terminal", () => {
  it("runs programs as processes, and Ctrl+C ends them and what was to follow", () => {
    const t = new TestTerminal();
    t.type("sleep 100; echo after");
    t.wait(5);
    expect([...t.host.processes.keys()]).toEqual(["bash-1", "sleep-1"]);
    t.input({ kind: "interrupt" });
    t.wait(1);
    expect([t.code, t.out]).toEqual([130, ""]);
    expect([...t.host.processes.keys()]).toEqual(["bash-1"]);
    expect(t.run("echo $?")).toBe("130\n");
  });

  it("ends a whole pipeline by Ctrl+C, and watch with what it runs", () => {
    const t = new TestTerminal();
    t.type("cat | grep a");
    t.input({ kind: "text", text: "banana" });
    t.wait(1);
    expect([t.out, t.code]).toEqual(["banana\n", undefined]);
    t.input({ kind: "interrupt" });
    t.wait(1);
    expect(t.code).toBe(130);
    t.type("watch -n 1 'sleep 10; echo x'");
    t.wait(3);
    t.input({ kind: "interrupt" });
    t.wait(30);
    expect([...t.host.processes.keys()]).toEqual(["bash-1"]);
  });

  it("reads the keyboard until its end", () => {
    const t = new TestTerminal();
    t.type("cat > f");
    expect(t.terminals.state("line-1")).toBe("waiting");
    t.input({ kind: "text", text: "one" });
    t.input({ kind: "text", text: "two" });
    t.input({ kind: "end" });
    t.wait(1);
    expect([t.code, t.read("/root/f")]).toEqual([0, "one\ntwo\n"]);
  });

  it("takes Ctrl+D for the end once, and hands back what nothing has read", () => {
    const t = new TestTerminal();
    t.type("sleep 3; cat > f; cat > g; sleep 1");
    t.input({ kind: "text", text: "one" });
    t.input({ kind: "end" });
    t.input({ kind: "text", text: "two" });
    t.wait(4);
    t.input({ kind: "end" });
    t.input({ kind: "text", text: "echo a" });
    t.input({ kind: "text", text: "echo b" });
    t.wait(2);
    expect([t.read("/root/f"), t.read("/root/g"), t.unread]).toEqual([
      "one\n",
      "two\n",
      ["echo a", "echo b"],
    ]);
  });

  it("forgets with Ctrl+C what was typed and not read", () => {
    const t = new TestTerminal();
    t.type("sleep 3");
    t.input({ kind: "text", text: "echo a" });
    t.input({ kind: "interrupt" });
    t.wait(1);
    expect([t.code, t.unread]).toEqual([130, []]);
  });

  it("opens the editor, and writes what was saved", () => {
    const t = new TestTerminal();
    t.write("/root/a.yaml", "a: 1\n");
    t.type("vi a.yaml");
    expect(t.edits).toEqual([{ name: "a.yaml", text: "a: 1\n" }]);
    expect(t.terminals.state("line-1")).toBe("waiting");
    t.input({ kind: "edited", text: "a: 2\n" });
    t.wait(1);
    expect([t.code, t.read("/root/a.yaml")]).toEqual([0, "a: 2\n"]);
    t.type("vi a.yaml");
    t.input({ kind: "edited", text: null });
    t.wait(1);
    expect(t.read("/root/a.yaml")).toBe("a: 2\n");
  });

  it("starts another shell when somebody killed it", () => {
    const t = new TestTerminal();
    t.type("sleep 100");
    t.kernel.external(() => t.host.processes.get("bash-1")?.kill());
    t.wait(1);
    expect(t.code).toBe(137);
    expect([...t.host.processes.keys()]).toEqual([]);
    expect(t.run("echo again")).toBe("again\n");
  });

  it("tells writers that nobody reads any more", () => {
    const t = new TestTerminal();
    t.type("cat | head -1");
    t.input({ kind: "text", text: "x" });
    t.wait(1);
    expect([t.out, t.code]).toEqual(["x\n", undefined]);
    t.input({ kind: "text", text: "y" });
    t.wait(1);
    expect([t.out, t.code]).toEqual(["x\n", 0]);
    expect([...t.host.processes.keys()]).toEqual(["bash-1"]);
  });
});

it("a program's fault ends the program alone", () => {
  const t = new TestTerminal();
  const faulty = function* (): Task<number> {
    yield* [];
    throw new TypeError("of undefined");
  };
  installPrograms({ ...everything, programs: new Map([["faulty", faulty]]) });
  t.run("faulty; echo $?");
  expect([t.out, t.err]).toEqual(["2\n", "panic: of undefined\n"]);
});
