/** Short words at messages, no two of them over each other. */
import type { Ink } from "./draw";

export interface Mark {
  readonly text: string;
  /** Its middle, in pixels. */
  readonly x: number;
  readonly y: number;
  readonly colour: string;
  readonly alpha: number;
}

/** What a word takes, in pixels, with some air: measuring each is dear, and they are digits. */
const DIGIT = 7;
const AIR = 4;
const HEIGHT = 14;

const widthOf = ({ text }: Mark): number => text.length * DIGIT + AIR;

/** Those of the marks that have room; the earlier in the list, the more important. */
export function withRoom(marks: readonly Mark[]): Mark[] {
  const placed: Mark[] = [];
  for (const mark of marks) {
    const free = placed.every(
      (other) =>
        Math.abs(mark.y - other.y) >= HEIGHT ||
        2 * Math.abs(mark.x - other.x) >= widthOf(mark) + widthOf(other),
    );
    if (free) placed.push(mark);
  }
  return placed;
}

/** Draws those that have room: what failed first, and then the newest, which are the last of the list. */
export function paintMarks(to: CanvasRenderingContext2D, marks: readonly Mark[], { bad, bg }: Ink): void {
  const failed = marks.filter(({ colour }) => colour === bad);
  const others = marks.filter(({ colour }) => colour !== bad);
  to.font = '600 11px "Inter Variable", system-ui, sans-serif';
  to.textBaseline = "middle";
  to.textAlign = "center";
  to.lineJoin = "round";
  to.lineWidth = 3;
  to.strokeStyle = bg;
  for (const { text, x, y, colour, alpha } of withRoom([...failed, ...others.toReversed()])) {
    to.globalAlpha = alpha;
    to.strokeText(text, x, y);
    to.fillStyle = colour;
    to.fillText(text, x, y);
  }
  to.globalAlpha = 1;
  to.textAlign = "start";
}
