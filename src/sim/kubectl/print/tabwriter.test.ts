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

it.each([
  ["a\tb\nccc\td\n", "a    b\nccc  d\n"],
  ["a\tb\n\nccc\td\n", "a  b\n\nccc  d\n"],
  ["Name:\tx\nLabels:\ta=b\n\tc=d\n", "Name:    x\nLabels:  a=b\n         c=d\n"],
  ["a\t\tb\ncc\t\td\n", "a     b\ncc    d\n"],
  ["a\tb\tc\nx\ty\nl\tlong\tz\n", "a  b  c\nx  y\nl  long  z\n"],
])("lines up %j by other widths", (text, expected) => {
  const writer = new Tabwriter({ minWidth: 0, padding: 2, remember: false });
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
