/** The tab's end of the bridge: keeps the connection, and hands the requests that come over it to the session. */
import {
  BRIDGE_PATH,
  encodeFromTab,
  type BridgeOffer,
  type BridgeState,
  type FromTab,
  type PayloadForm,
  type ToTab,
} from "../protocol/bridge";
import type { Clients } from "./clients";

/** First pause before it is tried again, and the longest, in milliseconds. */
const RETRY_MS = 500;
const RETRY_MAX_MS = 15_000;
/** Most bytes that wait for the bridge. It is on the same machine: one that lags this far behind is not well. */
const MAX_BACKLOG_BYTES = 256 * 1024 * 1024;

export interface BridgeHandlers {
  /** Does something in the session, with all that belongs to it. */
  readonly act: (work: (clients: Clients) => void) => void;
  readonly tell: (state: BridgeState) => void;
}

export interface Bridge {
  /** Somebody looks at this tab. */
  focus(): void;
}

/** Connects to the bridge of the server that the page came from, and again whenever that is lost. */
export function startBridge(origin: string, { act, tell }: BridgeHandlers): Bridge {
  let socket: WebSocket | undefined;
  let pause = RETRY_MS;

  const retry = (): void => {
    tell({ status: "connecting" });
    setTimeout(connect, pause);
    pause = Math.min(pause * 2, RETRY_MAX_MS);
  };

  const connect = (): void => {
    fetchOffer(origin).then(join, retry);
  };

  const join = ({ token, commands }: BridgeOffer): void => {
    const url = new URL(`${BRIDGE_PATH}/tab`, origin);
    url.protocol = "ws:";
    url.searchParams.set("token", token);
    const opened = new WebSocket(url);
    socket = opened;
    opened.onopen = () => void (pause = RETRY_MS);
    opened.onclose = () => {
      socket = undefined;
      act((clients) => clients.hangUpAll());
      retry();
    };
    opened.onmessage = (event: MessageEvent<string>) => {
      const message = JSON.parse(event.data) as ToTab;
      if (message.t === "active") tell({ status: "connected", commands, active: message.active });
      else act((clients) => carryOut(message, clients, opened));
    };
  };

  connect();
  return {
    focus: () => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(encodeFromTab({ t: "focus" }));
    },
  };
}

async function fetchOffer(origin: string): Promise<BridgeOffer> {
  const response = await fetch(new URL(BRIDGE_PATH, origin), { cache: "no-store" });
  if (!response.ok) throw new Error(`the bridge answered ${response.status}`);
  return (await response.json()) as BridgeOffer;
}

function carryOut(message: Exclude<ToTab, { t: "active" }>, clients: Clients, socket: WebSocket): void {
  const { id } = message;
  const send = (head: FromTab, payload = ""): void => {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send(encodeFromTab(head, payload));
    if (socket.bufferedAmount > MAX_BACKLOG_BYTES) socket.close();
  };
  switch (message.t) {
    case "open":
      clients.open(id, message.request, {
        onResponse({ status, headers, body, error }, more) {
          const [form, payload] = payloadOf(body);
          send({ t: "answer", id, status, headers, error, more, form, time: clients.now }, payload);
        },
        onItem(item) {
          const [form, payload] = payloadOf(item);
          send({ t: "item", id, form, time: clients.now }, payload);
        },
        onEnd: (error) => send({ t: "end", id, error }),
      });
      return;
    case "input":
      clients.say(id, message.input);
      return;
    case "cancel":
      clients.hangUp(id);
  }
}

function payloadOf(value: unknown): [PayloadForm, string] {
  if (value === undefined) return ["none", ""];
  if (typeof value === "string") return ["text", value];
  if (value instanceof Uint8Array) return ["bytes", btoa(latin1(value))];
  return ["json", JSON.stringify(value)];
}

/** A character for each byte. In pieces: a call takes only so many arguments. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}
