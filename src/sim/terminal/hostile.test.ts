/** Whatever is typed: an answer, never a crash or a hang, and nothing of it stays. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseScript } from "../shell/parser";
import { cursorAt } from "./completion";
import { goesOn, readsOnly } from "./read-only";
import { TestTerminal } from "./test-terminal";

const WORDS = "echo cat grep sed awk head sort xargs tr cut ls watch vi s/a/b/ E - -n -1 .. x";
const SIGNS =
  "' \" \\ $ $( ) ` << <<E >> > < 2>&1 ; && || | " +
  "{ } ( ) ! for i in while until do done if then fi true read break $(( )) / * [ ] ~ = é 🚀 # &";
const piece = fc.constantFrom(...WORDS.split(" "), ...SIGNS.split(" "), "\n", " ");
const line = fc.array(piece, { maxLength: 14 }).map((parts) => parts.join(" "));
const tight = fc.array(piece, { maxLength: 14 }).map((parts) => parts.join(""));

it("reads any line", () => {
  fc.assert(
    fc.property(fc.oneof(line, tight, fc.string({ unit: "binary" })), (text) => {
      const script = parseScript(text);
      // What cannot be read does nothing.
      if (!script.ok) expect([readsOnly(text), goesOn(text)]).toEqual([true, false]);
      expect(text.length).toBeGreaterThanOrEqual(cursorAt(text).prefix.length);
    }),
    { numRuns: 1000 },
  );
});

it("runs any line, and Ctrl+C ends it", () => {
  fc.assert(
    fc.property(fc.oneof(line, tight), (text) => {
      const t = new TestTerminal();
      t.type(text);
      t.wait(5);
      if (t.code === undefined) t.input({ kind: "interrupt" });
      t.wait(1);
      expect(t.code).toBeTypeOf("number");
      expect([...t.host.processes.keys()]).toEqual(["bash-1"]);
    }),
    { numRuns: 150 },
  );
});

describe("what would try an exponential number of ways", () => {
  const MANY = "a".repeat(5000);
  it.each([
    ["grep -E '^(a+)+$' x", 1],
    ["grep -o 'a*\\(a*a*\\)*z' x", 1],
    ["sed -E 's/^(a|aa)+$/x/g' x | wc -c", 0],
    ["awk '/^(a+)+$/ {print $1}' x", 0],
    [`awk '${" ".repeat(3000)}x'`, 2],
    [`awk '{print ${'\\"'.repeat(3000)}}' x`, 2],
    [`awk '{print ${"$1 , ".repeat(3000)}"}' x`, 2],
    [`ls ${"*a".repeat(2000)}b`, 2],
    [`ls ${"[a-z]*".repeat(500)}B`, 2],
    ["echo $(seq 20000 | tr -d 0-9; cat x) | wc -l", 0],
    [`kubectl apply -f '${"*a".repeat(2000)}b.yaml'`, 1],
  ])("case %#", (line, code) => {
    const t = new TestTerminal();
    t.write("/root/x", `${MANY}b\n`);
    t.write(`/root/${MANY}`, "");
    t.run(line, 60);
    expect(t.code).toBe(code);
  });
});
