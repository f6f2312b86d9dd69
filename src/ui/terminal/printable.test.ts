import { expect, it } from "vitest";
import { printable } from "./printable";

it.each([
  ["plain text", "NAME   READY\r\nweb\t1/1 é → 😀\b\n", "NAME   READY\r\nweb\t1/1 é → 😀\b\n"],
  ["colours", "\u001B[1;31mred\u001B[m", "\u001B[1;31mred\u001B[m"],
  ["a cleared screen", "\u001B[H\u001B[2J\u001B[3J\u001B[K", "\u001B[H\u001B[2J\u001B[3J\u001B[K"],
  ["a question that the terminal would answer", "\u001B[c\u001B[6n\u001BP$qm\u001B\\", "^[[c^[[6n^[P$qm^[\\"],
  ["a link", "\u001B]8;;http://evil.example\u0007x", "^[]8;;http://evil.example^Gx"],
  ["a title", "\u001B]0;t\u009C", "^[]0;tM-^\\"],
  ["a sequence that begins with one character", "\u009B6n", "M-^[6n"],
  ["moves to elsewhere", "\u001B[5A\u001B[10;3H\u001B[s", "^[[5A^[[10;3H^[[s"],
  ["the other screen", "\u001B[?1049h\u000E", "^[[?1049h^N"],
  ["what is left of a sequence", "\u001B", "^["],
  ["deleting and nothing", "\u007F\u0000", "^?^@"],
])("lets through, or shows: %s", (_what, text, shown) => {
  expect(printable(text)).toBe(shown);
});
