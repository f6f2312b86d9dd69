/**
 * Between the bridge (which real clients reach) and the cluster in a tab: text messages over a WebSocket. Those to
 * the tab are JSON. Those from the tab are a line of JSON, and after it what it is about, ready to be passed on:
 * lists are long, and nobody on the way needs to look into them.
 */
import type { Command, HttpRequestSpec } from "../../sim/cluster/commands";

/** Where the page finds the bridge, at the server that it came from. */
export const BRIDGE_PATH = "/bridge";
/** The element in which a server tells the page that it has one. */
export const BRIDGE_META = "kubarium-bridge";

export type ToTab =
  /** A client's request. `id` is the number of the call from then on. */
  | { readonly t: "open"; readonly id: number; readonly request: HttpRequestSpec }
  | {
      readonly t: "input";
      readonly id: number;
      readonly input: Extract<Command, { type: "http-input" }>["input"];
    }
  | { readonly t: "cancel"; readonly id: number }
  /** Whether requests go to this tab: they do to the one that was last looked at. */
  | { readonly t: "active"; readonly active: boolean };

/** What stands behind the line: JSON, text, bytes in base64, or nothing. */
export type PayloadForm = "json" | "text" | "bytes" | "none";

export type FromTab =
  | {
      readonly t: "answer";
      readonly id: number;
      /** HTTP status; 0 for none: `error` says why. */
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly error: string;
      /** Items follow. */
      readonly more: boolean;
      readonly form: PayloadForm;
      /** The cluster's time, in virtual microseconds. */
      readonly time: number;
    }
  | { readonly t: "item"; readonly id: number; readonly form: PayloadForm; readonly time: number }
  | { readonly t: "end"; readonly id: number; readonly error: string }
  /** Somebody looks at this tab. */
  | { readonly t: "focus" };

/** What the page is told when it asks at BRIDGE_PATH. */
export interface BridgeOffer {
  /** For the WebSocket at BRIDGE_PATH/tab. */
  readonly token: string;
  /** One line to paste into a shell, after which kubectl and others reach the cluster. */
  readonly commands: { readonly sh: string; readonly powershell: string };
}

/** How the page stands with its bridge. */
export type BridgeState =
  /** The page came from a server that has none. */
  | { readonly status: "none" }
  /** Not connected: at first, or since the server went away. */
  | { readonly status: "connecting" }
  | {
      readonly status: "connected";
      readonly commands: BridgeOffer["commands"];
      /** Do requests go to this tab? */
      readonly active: boolean;
    };

/** A message from the tab, as it goes over the wire. */
export function encodeFromTab(message: FromTab, payload = ""): string {
  return `${JSON.stringify(message)}\n${payload}`;
}

/** @returns undefined for what is no message */
export function decodeFromTab(text: string): { message: FromTab; payload: string } | undefined {
  const end = text.indexOf("\n");
  if (end < 0) return undefined;
  try {
    const message: unknown = JSON.parse(text.slice(0, end));
    return isFromTab(message) ? { message, payload: text.slice(end + 1) } : undefined;
  } catch {
    return undefined;
  }
}

type Unchecked<T extends FromTab["t"]> = Partial<Record<keyof Extract<FromTab, { t: T }>, unknown>>;

function isFromTab(value: unknown): value is FromTab {
  if (typeof value !== "object" || value === null) return false;
  const { t, id } = value as { t?: unknown; id?: unknown };
  if (t === "focus") return true;
  if (!Number.isSafeInteger(id)) return false;
  if (t === "end") return typeof (value as Unchecked<"end">).error === "string";
  const { form, time } = value as Unchecked<"item">;
  if (!isForm(form) || !Number.isSafeInteger(time)) return false;
  return t === "item" || (t === "answer" && isAnswer(value));
}

function isForm(value: unknown): value is PayloadForm {
  return value === "json" || value === "text" || value === "bytes" || value === "none";
}

function isAnswer(value: Unchecked<"answer">): boolean {
  const { status, headers, error, more } = value;
  if (typeof error !== "string" || typeof more !== "boolean") return false;
  if (typeof headers !== "object" || headers === null) return false;
  if (!Object.values(headers).every((header) => typeof header === "string")) return false;
  // 101 is how `exec` begins.
  if (status === 0 || status === 101) return true;
  return Number.isInteger(status) && (status as number) >= 200 && (status as number) <= 599;
}
