import { describe, expect, it } from "vitest";
import type { Task } from "../kernel/task";
import { parse } from "./parse";
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
    ["echo {a,b}", "{a,b}\n"],
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
    ["(echo a)", false],
    ["for i in 1 2; do echo $i; done", false],
    ["echo ${x/y}", false],
  ])("does not run %j", (line, incomplete) => {
    const result = parse(line);
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
