/** Drawing one sprite: shape first, colour second. */
import type { MessageShape } from "../../worker/protocol/protocol";

export interface Ink {
  readonly bg: string;
  readonly card: string;
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly write: string;
  readonly watch: string;
  readonly raft: string;
  readonly bad: string;
}

/** The theme's colours as the canvas needs them. */
export function inkOf(element: Element): Ink {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    bg: read("--bg"),
    card: read("--card"),
    text: read("--ink"),
    quiet: read("--mut"),
    line: read("--line2"),
    write: read("--ready"),
    watch: read("--pull"),
    raft: read("--gold"),
    bad: read("--bad-text"),
  };
}

const HTTP_ERROR = 400;

export function colourOf(shape: MessageShape, code: number, ink: Ink): string {
  if (code >= HTTP_ERROR || code < 0) return ink.bad;
  switch (shape) {
    case "watch":
      return ink.watch;
    case "raft":
    case "raft-reply":
      return ink.raft;
    case "traffic":
    case "cri":
    case "heartbeat":
      return ink.quiet;
    case "write":
    case "read":
    case "response":
      return ink.write;
  }
}

type Context = CanvasRenderingContext2D;

function disc(to: Context, x: number, y: number, r: number): void {
  to.beginPath();
  to.arc(x, y, r, 0, Math.PI * 2);
}

function diamond(to: Context, x: number, y: number, r: number): void {
  to.beginPath();
  to.moveTo(x, y - r);
  to.lineTo(x + r, y);
  to.lineTo(x, y + r);
  to.lineTo(x - r, y);
  to.closePath();
}

function square(to: Context, x: number, y: number, r: number): void {
  to.beginPath();
  to.rect(x - r, y - r, 2 * r, 2 * r);
}

/** Draws one message at a point; `r` is its radius in pixels. */
export function drawShape(
  to: Context,
  shape: MessageShape,
  code: number,
  x: number,
  y: number,
  r: number,
  ink: Ink,
): void {
  const colour = colourOf(shape, code, ink);
  const filled = (): void => {
    to.fillStyle = colour;
    to.strokeStyle = ink.bg;
    to.lineWidth = r * 0.36;
    to.stroke();
    to.fill();
  };
  const hollow = (): void => {
    to.fillStyle = ink.bg;
    to.strokeStyle = colour;
    to.lineWidth = r * 0.42;
    to.fill();
    to.stroke();
  };
  switch (shape) {
    case "write":
      disc(to, x, y, r);
      filled();
      return;
    case "read":
      disc(to, x, y, r * 0.82);
      hollow();
      return;
    case "response":
      disc(to, x, y, r * 0.85);
      hollow();
      to.beginPath();
      to.arc(x, y, r * 0.85, Math.PI / 2, Math.PI * 1.5);
      to.fillStyle = colour;
      to.fill();
      return;
    case "watch":
      diamond(to, x, y, r * 1.25);
      filled();
      return;
    case "raft":
      square(to, x, y, r * 0.88);
      filled();
      return;
    case "raft-reply":
      square(to, x, y, r * 0.82);
      hollow();
      to.beginPath();
      to.moveTo(x - r * 0.4, y);
      to.lineTo(x + r * 0.4, y);
      if (code > 0) {
        to.moveTo(x, y - r * 0.4);
        to.lineTo(x, y + r * 0.4);
      }
      to.lineWidth = r * 0.3;
      to.stroke();
      return;
    case "heartbeat":
    case "traffic":
    case "cri":
      disc(to, x, y, r * 0.5);
      filled();
  }
}

export function drawCross(to: Context, x: number, y: number, r: number, ink: Ink): void {
  to.beginPath();
  to.moveTo(x - r, y - r);
  to.lineTo(x + r, y + r);
  to.moveTo(x + r, y - r);
  to.lineTo(x - r, y + r);
  to.lineCap = "round";
  to.lineWidth = r * 0.5 + 2;
  to.strokeStyle = ink.bg;
  to.stroke();
  to.lineWidth = r * 0.5;
  to.strokeStyle = ink.bad;
  to.stroke();
}

/** The head of an arrow in front of a sprite. */
export function drawHead(to: Context, x: number, y: number, angle: number, r: number, colour: string): void {
  to.save();
  to.translate(x, y);
  to.rotate(angle);
  to.beginPath();
  to.moveTo(r * 2.5, 0);
  to.lineTo(r * 1.4, -r * 0.8);
  to.lineTo(r * 1.4, r * 0.8);
  to.closePath();
  to.fillStyle = colour;
  to.fill();
  to.restore();
}

/** A label beside a point, kept inside the canvas. */
export function drawLabel(to: Context, label: string, x: number, y: number, width: number, ink: Ink): void {
  to.font = '500 11.5px "Inter Variable", system-ui, sans-serif';
  const w = to.measureText(label).width + 14;
  const left = Math.max(4, Math.min(x + 10, width - w - 4));
  const top = Math.max(4, y - 28);
  to.beginPath();
  to.roundRect(left, top, w, 20, 6);
  to.fillStyle = ink.card;
  to.strokeStyle = ink.line;
  to.lineWidth = 1;
  to.fill();
  to.stroke();
  to.fillStyle = ink.text;
  to.textBaseline = "middle";
  to.fillText(label, left + 7, top + 10.5);
}
