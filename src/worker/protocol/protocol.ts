/**
 * The boundary between the page and the worker: plain, structured-clone safe records, and nothing else.
 *
 * The page sends requests; each with an `id` is answered by one `reply`. The worker posts at most one `frame`
 * per animation frame, and the next only after the page's `ack`, so a slow or hidden tab coalesces changes
 * instead of queueing them.
 */
import type { ClusterConfig, Command, History, HistoryEntry } from "../../sim/cluster/commands";
import type { BridgeState } from "./bridge";
import type { InspectTarget } from "../../scene/inspect-types";
import type { MessageView, Scene, SceneDelta } from "../../scene/types";
import type { ObjectRef } from "../../sim/terminal/io";
import type { ShellInput } from "../../sim/terminal/terminal";

export type { ObjectRef, ShellInput };

export type * from "../../sim/cluster/commands";
export type * from "../../scene/types";
export type * from "../../scene/inspect-types";
export type { BridgeState } from "./bridge";

/**
 * How virtual time follows wall time.
 * `speed` is virtual seconds per wall second (0.001 …); `max` is as fast as it goes; `director` slows down
 * while messages that matter are in flight and hurries through idle stretches.
 */
export type Pace =
  | { readonly mode: "director" }
  | { readonly mode: "speed"; readonly speed: number }
  | { readonly mode: "max" };

/** How far a single step goes: one kernel event, the next message that matters, or the next decision (a caption). */
export type StepKind = "event" | "message" | "decision";

/** What the page asks of the worker. */
export type PageRequest =
  /**
   * Build a cluster and run it to the moment when the stage opens; or rebuild one from a history, `withoutLast` only
   * to just before what was done last, be it an action or a look.
   */
  | {
      readonly t: "init";
      readonly config: ClusterConfig;
      readonly history?: History;
      readonly withoutLast?: boolean;
    }
  | { readonly t: "command"; readonly command: Command }
  | { readonly t: "play" }
  | { readonly t: "pause" }
  | { readonly t: "pace"; readonly pace: Pace }
  | { readonly t: "step"; readonly kind: StepKind }
  /** Run as fast as it goes until this virtual time (µs since boot), then pause. */
  | { readonly t: "run-until"; readonly time: number }
  /** Back to just before the last command. */
  | { readonly t: "undo" }
  /** Back to the moment when the stage opened. */
  | { readonly t: "restart" }
  /** An API request of the operator's workstation; answered when the response has arrived in simulated time. */
  | {
      readonly t: "request";
      readonly request: Extract<Command, { type: "http" }>["request"];
    }
  /** Runs a line in a terminal of the workstation; answered when it is done. Its output comes with the frames. */
  | { readonly t: "shell"; readonly session: string; readonly line: string; readonly width: number }
  /** Ctrl+C, text or the editor's content for a line that runs. */
  | { readonly t: "shell-input"; readonly id: string; readonly input: ShellInput }
  /** What Tab may put at the end of `text`, the line up to the cursor. */
  | { readonly t: "complete"; readonly session: string; readonly text: string; readonly width: number }
  /** Where a terminal's shell is, and what was typed into it. */
  | { readonly t: "shell-state"; readonly session: string }
  /** Must more text follow before this line can be run? */
  | { readonly t: "unfinished"; readonly line: string }
  /** The recorded object, its events, and why-facts, for the inspector; costs no simulated time. */
  | { readonly t: "inspect"; readonly target: InspectTarget }
  /** Connect to the bridge of the server that the page came from, so that clients outside reach this cluster. */
  | { readonly t: "bridge"; readonly origin: string }
  /** Somebody looks at this tab: requests go to the one that was last looked at. */
  | { readonly t: "focus" }
  /** History, its hash and the virtual time, for sharing and for tests of determinism. */
  | { readonly t: "history" };

/** Answer to a `request`. */
export interface ApiAnswer {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Transport error when status is 0, e.g. "connection refused". */
  readonly error: string;
}

export interface HistoryAnswer {
  readonly history: History;
  /** Hash over every event and all state so far: equal runs have equal hashes. */
  readonly hash: string;
  readonly time: number;
}

/** How a line of a terminal ended. */
export interface LineEnd {
  readonly code: number;
  /** Where the shell is now. */
  readonly cwd: string;
  /** Lines that were typed while it ran, and that nothing has read: they are for the prompt. */
  readonly unread: readonly string[];
}

export interface ShellStateAnswer {
  readonly cwd: string;
  readonly history: readonly string[];
}

export interface Completion {
  /** What is typed of the word at the cursor, without quotes. */
  readonly prefix: string;
  /** Whole words that begin with it; folders end in a slash. */
  readonly values: readonly string[];
  /** No space goes after the word. */
  readonly noSpace: boolean;
  /** The quote that is open at the cursor; "" for none. */
  readonly quote: string;
}

/** What a terminal has to show. */
export type TerminalNews =
  /** A line runs: inputs name it by this id. */
  | { readonly t: "started"; readonly session: string; readonly id: string }
  | {
      readonly t: "output";
      readonly session: string;
      readonly id: string;
      readonly stream: "out" | "err";
      readonly text: string;
      /** What the text, a line, is about. */
      readonly ref?: ObjectRef;
    }
  /** Open the editor. */
  | {
      readonly t: "edit";
      readonly session: string;
      readonly id: string;
      readonly name: string;
      readonly text: string;
    };

export interface ToWorker {
  readonly id: number;
  readonly request: PageRequest;
}

/** The page has heard nothing for a while: a worker that can, answers `alive`. */
export interface Ping {
  readonly ping: true;
}

/** The page has drawn the frame of this number; the worker may send the next. */
export interface Ack {
  readonly ack: number;
}

export interface ClockView {
  readonly time: number;
  readonly playing: boolean;
  readonly pace: Pace;
  /** Virtual seconds per wall second right now (the director's choice, too). */
  readonly speed: number;
  readonly canUndo: boolean;
  /** Commands so far: time and a short label, for the marks on the timeline. */
  readonly marks: readonly { readonly at: number; readonly label: string }[];
}

export type FromWorker =
  /** A whole scene: at the start, and after undo or restart. */
  | { readonly t: "snapshot"; readonly scene: Scene; readonly clock: ClockView; readonly seq: number }
  | {
      readonly t: "frame";
      readonly seq: number;
      readonly delta: SceneDelta;
      readonly clock: ClockView;
      /** Messages that set off since the last frame (bounded; `skipped` tells how many were left out). */
      readonly messages: readonly MessageView[];
      readonly skipped: number;
    }
  | { readonly t: "terminal"; readonly news: readonly TerminalNews[] }
  | { readonly t: "bridge"; readonly state: BridgeState }
  | { readonly t: "reply"; readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly t: "reply"; readonly id: number; readonly ok: false; readonly error: string }
  /** A sign of life: the code is there, the answer to a ping, or work that takes long gets on. */
  | { readonly t: "alive" }
  /**
   * The history became: its first `kept` entries, and then these. An entry is told before it is carried out, so that
   * the page knows of it whatever comes.
   */
  | { readonly t: "history"; readonly kept: number; readonly entries: readonly HistoryEntry[] }
  /** The simulation broke (a bug): what happened. */
  | { readonly t: "fatal"; readonly error: string };
