import type { Host } from "./host";
import type { Message } from "./message";
import type { Micros } from "./time";

/** One direction of a connection: what is under way on it arrives in the order in which it was sent. */
export class Lane {
  /** Hosts from sender to receiver. */
  readonly route: readonly Host[];
  /** When the newest message under way arrives. */
  lastArrival: Micros = 0;
  #sent = 0;
  #delivered = 0;
  #held: Message[] = [];

  constructor(route: readonly Host[]) {
    this.route = route;
  }

  /** The place of a message that is sent now. */
  nextSeq(): number {
    return this.#sent++;
  }

  /** Has everything that was sent before this message been delivered? */
  isNext(message: Message): boolean {
    return message.seq === this.#delivered;
  }

  delivered(): void {
    this.#delivered++;
  }

  /** Keeps a message that does not get through, to be sent again. */
  hold(message: Message): void {
    message.dropped = true;
    this.#held.push(message);
  }

  get holding(): boolean {
    return this.#held.length > 0;
  }

  /** Takes out what did not get through, in the order in which it was sent first. */
  release(): Message[] {
    const held = this.#held;
    this.#held = [];
    // What was under way when the path was cut was found lost later than what was sent after the cut.
    return held.sort((a, b) => a.seq - b.seq);
  }
}
