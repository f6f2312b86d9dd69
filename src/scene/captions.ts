import type { Fact } from "../sim/kernel/trace";
import type { Command, HttpRequestSpec } from "../sim/cluster/commands";
import { objectCaption } from "./captions/object-caption";
import type { CaptionView } from "./types";

/** What a caption says; where and when is the fact's. */
export interface Sentence {
  readonly subject: string;
  readonly text: string;
  readonly weight: 0 | 1 | 2;
  readonly about?: readonly string[];
}

/** A fact in plain English, or undefined when it is not worth a sentence. */
export function captionOf(fact: Fact): CaptionView | undefined {
  const s = sentenceOf(fact);
  if (s === undefined) return undefined;
  return {
    id: fact.id,
    at: fact.at,
    subject: s.subject,
    text: s.text,
    cause: fact.cause,
    weight: s.weight,
    about: s.about ?? [s.subject],
  };
}

function sentenceOf(fact: Fact): Sentence | undefined {
  const at = fact.subject;
  switch (fact.kind) {
    case "command":
      return commandSentence(fact.data as Command);
    case "power-off":
      return say(at, `${at} lost its power. Nobody has told the cluster yet.`, 2);
    case "power-on":
      return say(at, `${at} has power again and boots.`, 2);
    case "process-exit":
      return processExit(fact);
    case "process-start":
      return processStart(fact);
    case "leader":
      return leader(fact);
    case "raft-leader": {
      const { term } = fact.data as { term: number };
      return say(fact.host, `${fact.host} is etcd’s new leader, elected by a majority in term ${term}.`, 2, [
        `${fact.host}/etcd`,
      ]);
    }
    case "backend": {
      const { healthy, left } = fact.data as { healthy: boolean; left: number };
      const about = [at, "load-balancer"];
      if (healthy) return say(at, `The load balancer sends requests to ${at} again.`, 1, about);
      return left > 0
        ? say(at, `The load balancer’s checks of ${at} failed: it gets no more requests.`, 1, about)
        : say(at, `${at} is not ready either: with none left, the load balancer tries them all.`, 1, about);
    }
    case "etcd-restored": {
      const { revision } = fact.data as { revision: number };
      const about = [`${at}/etcd`];
      return say(at, `etcd’s data on ${at} was restored from a snapshot of revision ${revision}.`, 2, about);
    }
    case "link":
      return link(fact);
    case "cloud-outage":
      return say(
        "The cloud",
        `The cloud${(fact.data as { on: boolean }).on ? " stops answering." : " answers again."}`,
        2,
      );
    case "answer":
      return answer(fact);
    case "schedule-decision":
      return decision(fact);
    case "object":
      return objectCaption(fact);
    default:
      return undefined;
  }
}

function say(subject: string, text: string, weight: 0 | 1 | 2, about?: readonly string[]): Sentence {
  return about === undefined ? { subject, text, weight } : { subject, text, weight, about };
}

function commandSentence(c: Command): Sentence | undefined {
  switch (c.type) {
    case "power-off":
      return say(c.host, `You pulled the plug of ${c.host}.`, 0);
    case "power-on":
      return say(c.host, `You gave ${c.host} its power back.`, 0);
    case "crash-process":
      return say(c.process, `You killed ${c.process} on ${c.host}.`, 0, [`${c.host}/${c.process}`]);
    case "crash-container":
      return say(c.pod, `You killed the container of ${c.pod}.`, 1, [`pods/${c.namespace}/${c.pod}`]);
    case "add-worker":
      return say("You", "You added a machine: it boots and will join as a worker.", 2);
    case "remove-worker":
      return say(c.host, `You gave up ${c.host} for good.`, 2);
    case "slow-disk":
      return say(c.host, `The disk of ${c.host} is now ${c.factor} times as slow.`, 1);
    case "set-traffic":
      return say("Users", `Users now send ${c.requestsPerSecond} requests a second.`, 1);
    case "shell":
      return c.hidden
        ? undefined
        : say("You", `You typed: ${c.line.split("\n", 1)[0] ?? ""}`, 0, ["workstation"]);
    case "http":
      return requestSentence(c.request);
    default:
      return undefined;
  }
}

function processExit(fact: Fact): Sentence | undefined {
  const { reason, code } = fact.data as { reason: string; code: number };
  const process = fact.process;
  const where = [fact.subject, fact.host];
  if (process.includes("/")) {
    if (code === 0) return undefined;
    const pod = process.slice(0, process.lastIndexOf("/"));
    return say(
      shortPod(pod),
      `A container of ${shortPod(pod)} on ${fact.host} ended: ${reason}, exit code ${code}.`,
      1,
      where,
    );
  }
  if (isTyped(fact)) return undefined;
  return say(process, `${process} on ${fact.host} died (${reason}, exit code ${code}).`, 2, where);
}

/** The operator's programs come and go as they type; a shell numbers them. */
const isTyped = (fact: Fact): boolean => fact.host === "workstation" || /-\d+$/.test(fact.process);

function processStart(fact: Fact): Sentence | undefined {
  if (fact.cause === 0 || fact.process.includes("/") || isTyped(fact)) return undefined;
  return say(fact.process, `${fact.process} runs on ${fact.host}.`, 1, [fact.subject, fact.host]);
}

function leader(fact: Fact): Sentence | undefined {
  const { leading } = fact.data as { leading?: boolean };
  const about = [`${fact.host}/${fact.process}`];
  if (leading === false) {
    return say(
      fact.host,
      `${fact.host} could not renew its lease: its ${fact.process} stops leading.`,
      2,
      about,
    );
  }
  return say(fact.host, `${fact.host} holds the lease now: its ${fact.process} leads.`, 2, about);
}

function link(fact: Fact): Sentence | undefined {
  const [a = "", b = ""] = fact.subject.split(">");
  const { cut, delay, lossPpm } = fact.data as { cut: boolean; delay: number; lossPpm: number };
  if (cut) return say(a, `${a} cannot reach ${b} any more.`, 1, [a, b]);
  if (delay > 0 || lossPpm > 0) return say(a, `The link from ${a} to ${b} is bad.`, 1, [a, b]);
  return say(a, `${a} reaches ${b} again.`, 1, [a, b]);
}

const NOT_FOUND = 404;

/** What a client outside asks the cluster to change; by the name that it gives itself, as `kubectl/v1.35.2 …`. */
function requestSentence({ method, path, headers }: HttpRequestSpec): Sentence | undefined {
  if (method === "GET") return undefined;
  const agent = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "user-agent")?.[1];
  const client = agent === undefined ? "You" : (/^[\w.-]+/.exec(agent)?.[0] ?? "A client");
  const [plain = path] = path.split("?");
  return say(client, `${client} sent ${method} ${plain}`, 0, ["workstation"]);
}

function answer(fact: Fact): Sentence | undefined {
  const { status, error, message } = fact.data as { status: number; error: string; message?: string };
  if (status === 0) return say("You", `You got no answer: ${error}`, 2, ["workstation"]);
  if (status < 400) return undefined;
  const said = message === undefined ? "" : `: ${message}`;
  // Clients ask for what may not be there, and make it then: no news for the whole class.
  return say("You", `You got an error, ${status}${said}`, status === NOT_FOUND ? 0 : 2, ["workstation"]);
}

function decision(fact: Fact): Sentence | undefined {
  const { node, message } = fact.data as { node?: string; message?: string };
  const pod = fact.subject.split("/").at(-1) ?? "";
  if (node) return undefined;
  return say(shortPod(pod), `${shortPod(pod)} fits nowhere: ${message ?? "no node passed the filters"}`, 2, [
    fact.subject,
  ]);
}

/** A pod's name without the template hash in its middle. */
export function shortPod(name: string): string {
  const parts = name.split("-");
  if (parts.length < 3) return name;
  return `${parts.slice(0, -2).join("-")}-${parts.at(-1) ?? ""}`;
}
