import { expect, it } from "vitest";
import { Tabwriter } from "./tabwriter";

it.each([
  ["a\tb\nccccccc\td\n", "a         b\nccccccc   d\n"],
  ["NAME\tAGE\nx\t\n", "NAME   AGE\nx      \n"],
  ["one\n", "one\n"],
  ["a\tb\tc\nlonger text\nd\te\tf\n", "a     b     c\nlonger text\nd     e     f\n"],
  ["ä\tb\nüüüüüüü\tc\n", "ä         b\nüüüüüüü   c\n"],
])("lines up %j", (text, expected) => {
  const writer = new Tabwriter();
  writer.write(text);
  expect(writer.flush()).toBe(expected);
});

it("remembers widths from one flush to the next until it is told to forget", () => {
  const writer = new Tabwriter();
  const line = (text: string): string => {
    writer.write(text);
    return writer.flush();
  };
  expect(line("long-name\tx\n")).toBe("long-name   x\n");
  expect(line("a\tx\n")).toBe("a           x\n");
  writer.forget();
  expect(line("a\tx\n")).toBe("a     x\n");
});
