import type { PresenceMessage } from 'ably';
import { counted } from '../../components/format';
import { visibleText } from '../../components/visible';
import { h } from '../dom';
import { dataText } from '../format';
import { MessageLog, type Told } from '../rows';
import type { Watch, WatchHandlers } from '../watch';
import { Details } from './details';
import { MessageList } from './message-list';

const MOST_ROWS = 2_000;
const MOST_MEMBERS = 50;

/** One channel: its messages as they come, who is present, and the details of the message picked. */
export class ChannelView {
  readonly element: HTMLElement;
  readonly #log = new MessageLog();
  readonly #list: MessageList;
  readonly #details: Details;
  readonly #watch: Watch;
  readonly #members = h('ul', { class: 'members', 'aria-label': 'Present' });
  readonly #note = h('p', { class: 'muted note', role: 'status' }, 'Loading messages…');
  readonly #problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  readonly #older = h(
    'button',
    { type: 'button', class: 'quiet', hidden: true, click: () => void this.#loadOlder() },
    'Load older messages',
  );
  readonly #changed = new Set<string>();
  #frame = 0;
  #isReady = false;
  #hasLetGo = false;

  constructor(name: string, watch: (handlers: WatchHandlers) => Watch, back: () => void) {
    this.#list = new MessageList(h('div', { class: 'top' }, this.#older, this.#note), (key) =>
      this.#pick(key),
    );
    this.#details = new Details(() => this.#unpick());
    this.element = h(
      'main',
      { 'data-details': 'closed' },
      h(
        'section',
        { 'aria-label': `Channel ${visibleText(name)}` },
        h(
          'div',
          { class: 'title' },
          h('button', { type: 'button', class: 'quiet back', click: back }, '← Channels'),
          h('h2', {}, h('bdi', {}, visibleText(name))),
          this.#members,
        ),
        this.#problem,
        this.#list.element,
      ),
      this.#details.element,
    );
    this.#watch = watch({
      onMessages: (messages) => this.#fold(messages),
      onMembers: (members) => this.#showMembers(members),
      onRestart: () => this.#restart(),
      onReady: (hasOlder) => this.#ready(hasOlder),
      onProblem: (message) => this.#showProblem(message),
    });
  }

  get hasDetails(): boolean {
    return this.#details.key !== undefined;
  }

  closeDetails(): void {
    this.#unpick();
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    this.#watch.close();
    this.element.remove();
  }

  #fold(messages: readonly Told[]): void {
    for (const message of messages) {
      const row = this.#log.fold(message);
      if (row) this.#changed.add(row.key);
    }
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = 0;
    this.#letOldestGo();
    this.#list.draw(this.#log.rows, this.#changed);
    const picked = this.#details.key;
    if (picked && this.#changed.has(picked)) this.#details.show(this.#log.get(picked));
    this.#changed.clear();
    this.#showNote();
  }

  /** Only while one follows the newest: what somebody reads must not be taken away. */
  #letOldestGo(): void {
    if (!this.#list.follows) return;
    const gone = this.#log.trim(MOST_ROWS);
    if (gone.length === 0) return;
    this.#list.drop(gone);
    this.#hasLetGo = true;
    this.#older.hidden = true;
  }

  #ready(hasOlder: boolean): void {
    this.#isReady = true;
    this.#older.hidden = !hasOlder;
    this.#problem.hidden = true;
    this.#showNote();
  }

  #restart(): void {
    this.#log.trim(0);
    this.#list.clear();
    this.#changed.clear();
    this.#isReady = false;
    this.#hasLetGo = false;
    this.#showNote();
  }

  async #loadOlder(): Promise<void> {
    this.#older.disabled = true;
    try {
      this.#older.hidden = !(await this.#watch.older());
    } catch (error) {
      this.#showProblem(error instanceof Error ? error.message : String(error));
    } finally {
      this.#older.disabled = false;
    }
  }

  #showNote(): void {
    if (!this.#isReady) this.#note.textContent = 'Loading messages…';
    else if (this.#log.rows.length === 0) {
      this.#note.textContent = 'No messages yet. New ones appear here as they are published.';
    } else if (this.#hasLetGo) {
      this.#note.textContent = `The newest ${counted(MOST_ROWS, 'message')}. Open the channel again for older ones.`;
    } else {
      this.#note.textContent = this.#older.hidden ? 'The beginning of what is kept' : '';
    }
  }

  #showProblem(message: string): void {
    this.#problem.textContent = message;
    this.#problem.hidden = false;
    if (!this.#isReady) this.#note.textContent = '';
  }

  #showMembers(members: readonly PresenceMessage[]): void {
    const shown = members.slice(0, MOST_MEMBERS).map((member) => {
      const title = visibleText(dataText(member.data)) || undefined;
      const name = visibleText(member.clientId) || 'no client ID';
      return h('li', { title }, h('bdi', {}, name));
    });
    const hidden = members.length - shown.length;
    if (hidden > 0) shown.push(h('li', {}, `and ${hidden} more`));
    this.#members.replaceChildren(...shown);
  }

  #pick(key: string): void {
    this.#list.mark(key);
    this.#details.show(this.#log.get(key));
    this.element.dataset.details = 'open';
    this.#details.focus();
  }

  #unpick(): void {
    const key = this.#details.key;
    this.#list.mark(undefined);
    this.#details.show(undefined);
    this.element.dataset.details = 'closed';
    if (key) this.#list.focus(key);
  }
}
