/** Oneself among the members: here, and perhaps typing. */

import type { PresenceMessage } from 'ably';
import { kept } from '../shown/kept';
import type { Line } from './line';
import { inOrder, type Member, memberOf, shownMember } from './members';
import type { ShownMember } from './model';

/** Who has not typed for so long does not type any more. */
const TYPING_MS = 4000;
/** Members come in crowds: they are read once for all that come together. */
const TOGETHER_MS = 50;

export class Presence {
  readonly #line: Line;
  readonly #changed: () => void;
  readonly #failed: (reason: unknown) => void;
  #present: readonly PresenceMessage[] = [];
  #shown: readonly ShownMember[] = [];
  #reading: ReturnType<typeof setTimeout> | undefined;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #isEntered = false;

  constructor(line: Line, changed: () => void, failed: (reason: unknown) => void) {
    this.#line = line;
    this.#changed = changed;
    this.#failed = failed;
  }

  /** All who are here, oneself too. */
  get shown(): readonly ShownMember[] {
    return this.#shown;
  }

  get members(): readonly Member[] {
    return this.#present.map(memberOf);
  }

  /** Is here, for others to see; the client says so again whenever it comes back. */
  async enter(): Promise<void> {
    if (this.#isEntered) return;
    this.#isEntered = true;
    try {
      await this.#line.enter({});
    } catch (reason) {
      this.#isEntered = false;
      this.#failed(reason);
    }
  }

  /** Has others told, for a few seconds, that one types. */
  typing(): void {
    if (!this.#isEntered || !this.#line.isLive) return;
    const wasTyping = this.#typing !== undefined;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.stopTyping(), TYPING_MS);
    if (!wasTyping) this.#say({ typing: true });
  }

  stopTyping(): void {
    if (this.#typing === undefined) return;
    clearTimeout(this.#typing);
    this.#typing = undefined;
    this.#say({});
  }

  /** Reads who is here, soon. */
  read(): void {
    this.#reading ??= setTimeout(() => {
      this.#reading = undefined;
      this.#line.members().then(this.#take, this.#failed);
    }, TOGETHER_MS);
  }

  /** Nobody hears of it if this fails: the connection is going, and one's presence with it. */
  close(): void {
    clearTimeout(this.#reading);
    clearTimeout(this.#typing);
  }

  #say(data: object): void {
    if (this.#line.isLive) this.#line.update(data).catch(this.#failed);
  }

  readonly #take = (members: readonly PresenceMessage[]): void => {
    const own = this.#line.connectionId;
    this.#present = members;
    this.#shown = kept(this.#shown, inOrder(members.map((each) => shownMember(each, own))));
    this.#changed();
  };
}
