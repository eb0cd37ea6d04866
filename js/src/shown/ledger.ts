/** What the channel tells of Runs beside what they say: when, who asked, who wants them to end. */

import { claimIn, roleIn, USER } from '../wire/claims';
import { Action, type Inbound } from '../wire/inbound';
import * as wire from '../wire/names';
import { authorOf } from './authors';
import type { Author, Wish } from './model';
import { fieldsOf, given } from './values';

/** Something that was said on the channel, by whom and when. */
export interface Said {
  readonly serial: string;
  readonly at: number | undefined;
  readonly author: Author;
}

/** What is known of one Run. */
export class RunFacts {
  /** Changes with every fact. */
  version = 0;
  start: Said | undefined;
  end: Said | undefined;
  /** When it first waited for somebody. */
  pause: Said | undefined;
  /** Whether it ran through: a pause waits for a person, and a cancelled Run says nothing. */
  isThrough = true;
  /** The message that asked for it in the beginning. */
  asked: string | undefined;
  /** All that it has taken up: what had it go on, too. */
  readonly takenUp = new Set<string>();
  cancel: Said | undefined;
  /** An agent said that it goes on in spite of a cancel. */
  refusal: Said | undefined;
}

/** A cancel, or that one was refused: told of as they come. */
export type Turn =
  | { readonly kind: 'cancel'; readonly runId: string; readonly said: Said }
  | { readonly kind: 'refusal'; readonly runId: string; readonly said: Said };

/** Takes messages in any order, each as often as it likes. */
export class Ledger {
  /** Changes with every fact of any Run. */
  version = 0;
  readonly #runs = new Map<string, RunFacts>();
  readonly #inputs = new Map<string, Said>();
  readonly #runOfInput = new Map<string, string>();
  /** The inputs that asked for another answer than a message. */
  readonly #again = new Map<string, Set<string>>();
  /** Cancels of what no agent had begun by then. */
  readonly #early = new Map<string, Said>();
  #past: { readonly version: number; readonly sorted: readonly number[] } | undefined;

  run(runId: string): RunFacts | undefined {
    return this.#runs.get(runId);
  }

  /** Returns who said an input, and when. */
  input(messageId: string | undefined): Said | undefined {
    return messageId === undefined ? undefined : this.#inputs.get(messageId);
  }

  /** Returns the answer that an input asked for, unless an agent has begun it. */
  wishFor(inputId: string): Wish | undefined {
    const said = this.#inputs.get(inputId);
    if (!said || this.#runOfInput.has(inputId)) return undefined;
    const { author: by, at } = said;
    return { inputId, by, ...given({ at, withdrawnBy: this.#early.get(inputId)?.author }) };
  }

  /** Returns the newest wish for another answer than a message. */
  wishAgainst(messageId: string): Wish | undefined {
    const ids = this.#again.get(messageId);
    if (!ids) return undefined;
    const wishes = [...ids].sort(this.#byPlace).flatMap((id) => this.wishFor(id) ?? []);
    return wishes.findLast((wish) => !wish.withdrawnBy) ?? wishes.at(-1);
  }

  /** How long past Runs took that ran through, in ms, the shortest first. */
  past(): readonly number[] {
    if (this.#past?.version !== this.version) {
      const took = [...this.#runs.values()].flatMap(({ start, end, isThrough }) => {
        const isKnown = isThrough && start?.at !== undefined && end?.at !== undefined;
        return isKnown ? [(end?.at ?? 0) - (start?.at ?? 0)] : [];
      });
      this.#past = { version: this.version, sorted: took.sort((one, other) => one - other) };
    }
    return this.#past.sorted;
  }

  /** Takes a message in; returns what it asks of a Run, where that is new. */
  note(message: Inbound): Turn | undefined {
    if (message.action === Action.APPEND || message.action === Action.DELETE) return undefined;
    if (!message.serial) return undefined;
    if (wire.RUN_LIFECYCLE.has(message.name)) this.#turn(message);
    else if (message.name === wire.AI_INPUT) this.#input(message);
    else if (message.name === wire.AI_CANCEL) return this.#cancel(message);
    else if (message.name === wire.CANCEL_REFUSED) return this.#refuse(message);
    return undefined;
  }

  #turn(message: Inbound): void {
    const { [wire.RUN_ID]: runId, [wire.INPUT_MESSAGE_ID]: inputId } = message.transport;
    if (!runId) return;
    const facts = this.#facts(runId);
    const said = saidBy(message);
    if (message.name === wire.RUN_START) {
      facts.start = earlier(facts.start, said);
      if (facts.start === said) facts.asked = inputId;
    } else if (message.name === wire.RUN_END) {
      facts.end = later(facts.end, said);
      if (message.transport[wire.RUN_REASON] !== 'complete') facts.isThrough = false;
    } else {
      facts.isThrough = false;
      if (message.name === wire.RUN_SUSPEND) facts.pause = earlier(facts.pause, said);
    }
    const begins = message.name === wire.RUN_START || message.name === wire.RUN_RESUME;
    if (begins && inputId) {
      facts.takenUp.add(inputId);
      this.#runOfInput.set(inputId, runId);
      const early = this.#early.get(inputId);
      if (early) facts.cancel = later(facts.cancel, early);
    }
    this.#changed(facts);
  }

  #input(message: Inbound): void {
    const id = message.transport[wire.MESSAGE_ID];
    if (!id) return;
    // An answer to a call has the id of the message with the call, and asks for nothing new.
    const known = this.#inputs.get(id);
    this.#inputs.set(id, earlier(known, saidBy(message)));
    const target = message.transport[wire.REGENERATES];
    if (target) this.#again.set(target, (this.#again.get(target) ?? new Set()).add(id));
    if (!known) this.version += 1;
  }

  #cancel(message: Inbound): Turn | undefined {
    const { [wire.RUN_ID]: told, [wire.INPUT_MESSAGE_ID]: inputId } = message.transport;
    const said = saidBy(message);
    const runId = told ?? (inputId === undefined ? undefined : this.#runOfInput.get(inputId));
    if (runId === undefined) {
      if (inputId) this.#early.set(inputId, later(this.#early.get(inputId), said));
      return undefined;
    }
    const facts = this.#facts(runId);
    facts.cancel = later(facts.cancel, said);
    if (facts.cancel !== said) return undefined;
    this.#changed(facts);
    return { kind: 'cancel', runId, said };
  }

  #refuse(message: Inbound): Turn | undefined {
    const { runId, cancel } = fieldsOf(message.data);
    if (typeof runId !== 'string' || typeof cancel !== 'string') return undefined;
    // Users refuse nothing on an agent's behalf.
    if (roleIn(claimIn(message.extras)) === USER) return undefined;
    const facts = this.#facts(runId);
    const said = saidBy(message);
    facts.refusal = later(facts.refusal, said);
    if (facts.refusal !== said) return undefined;
    this.#changed(facts);
    return { kind: 'refusal', runId, said };
  }

  readonly #byPlace = (one: string, other: string): number =>
    (this.#inputs.get(one)?.serial ?? '') < (this.#inputs.get(other)?.serial ?? '') ? -1 : 1;

  #facts(runId: string): RunFacts {
    const known = this.#runs.get(runId) ?? new RunFacts();
    this.#runs.set(runId, known);
    return known;
  }

  #changed(facts: RunFacts): void {
    facts.version += 1;
    this.version += 1;
  }
}

function saidBy(message: Inbound): Said {
  return { serial: message.serial, at: message.timestamp, author: authorOf(message) };
}

/** One that is known already stays: what comes twice is nothing new. */
function later(known: Said | undefined, said: Said): Said {
  return known && known.serial >= said.serial ? known : said;
}

function earlier(known: Said | undefined, said: Said): Said {
  return known && known.serial <= said.serial ? known : said;
}
