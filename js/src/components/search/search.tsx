import { type KeyboardEvent, type ReactElement, useEffect, useId, useRef, useState } from 'react';
import type { ConsoleActions, HistoryState } from '../../session/model';
import type { Found } from '../../shown/model';
import { Button, IconButton } from '../button';
import { counted } from '../format';
import { nameOf } from '../names';
import { type Searching, useSearch } from './use-search';

const SHOWN = 200;

export interface SearchProps {
  readonly actions: ConsoleActions;
  readonly history: HistoryState;
  readonly onPick: (found: Found) => void;
  readonly onClose: () => void;
}

/** Finds words in all that has been read, on any branch. */
export function Search(props: SearchProps): ReactElement {
  const { actions, history, onPick, onClose } = props;
  const searching = useSearch(actions, history);
  const list = useId();
  const [shown, setShown] = useState<{ found: Found; words: string }>();
  const pick = (found: Found | undefined): void => {
    if (!found) return;
    setShown({ found, words: searching.words });
    onPick(found);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') onClose();
    else if (event.key === 'ArrowDown') searching.move(1);
    else if (event.key === 'ArrowUp') searching.move(-1);
    else if (event.key === 'Enter') pick(searching.found[searching.place]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section className="ait-search" aria-label="Search this session">
      <div className="ait-search-head">
        <SearchField searching={searching} list={list} onKeyDown={onKeyDown} />
        <span className="ait-quiet" role="status">
          {searching.words.trim() && counted(searching.found.length, 'match', 'matches')}
        </span>
        <span className="ait-unseen" role="status">
          {shown?.words === searching.words && shownText(shown.found)}
        </span>
        <IconButton icon="close" label="Close search" shortcut="Escape" onClick={onClose} />
      </div>
      {searching.words.trim() !== '' && <Results searching={searching} list={list} onPick={pick} />}
      <Older searching={searching} history={history} />
    </section>
  );
}

function shownText({ author, excerpt }: Found): string {
  return `Shown: ${nameOf(author)}: ${excerpt}. Escape goes to the message.`;
}

function SearchField(props: {
  readonly searching: Searching;
  readonly list: string;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}): ReactElement {
  const { searching, list, onKeyDown } = props;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
  }, []);
  const isOpen = searching.found.length > 0;
  return (
    <input
      ref={field}
      type="text"
      className="ait-search-field"
      role="combobox"
      aria-label="Words to find"
      aria-expanded={isOpen}
      aria-autocomplete="list"
      aria-controls={isOpen ? list : undefined}
      aria-activedescendant={isOpen ? `${list}${searching.place}` : undefined}
      placeholder="Find in this session"
      autoComplete="off"
      spellCheck={false}
      value={searching.words}
      onChange={(event) => searching.setWords(event.target.value)}
      onKeyDown={onKeyDown}
    />
  );
}

function Results(props: {
  readonly searching: Searching;
  readonly list: string;
  readonly onPick: (found: Found) => void;
}): ReactElement | undefined {
  const { searching, list, onPick } = props;
  const { found, place } = searching;
  const current = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place is another element.
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest' });
  }, [place]);
  if (found.length === 0) return undefined;
  return (
    <div id={list} className="ait-search-results" role="listbox" aria-label="Matches" tabIndex={-1}>
      {found.slice(0, SHOWN).map((one, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the field has the focus and hears the keys.
        <div
          key={`${one.messageId} ${one.begin} ${one.excerpt}`}
          id={`${list}${index}`}
          ref={index === place ? current : undefined}
          className="ait-search-result"
          role="option"
          aria-selected={index === place}
          onClick={() => onPick(one)}
        >
          <FoundWords found={one} />
        </div>
      ))}
      {found.length > SHOWN && (
        <p className="ait-note">The newest {SHOWN} are shown. More words find fewer.</p>
      )}
    </div>
  );
}

function FoundWords({ found }: { readonly found: Found }): ReactElement {
  const { excerpt, begin, end, author, isOnPath } = found;
  return (
    <>
      <span className="ait-search-author">
        <bdi>{nameOf(author)}</bdi>
        {!isOnPath && <span className="ait-tag">on another branch</span>}
      </span>
      <bdi className="ait-search-words">
        {excerpt.slice(0, begin)}
        <mark>{excerpt.slice(begin, end)}</mark>
        {excerpt.slice(end)}
      </bdi>
    </>
  );
}

function Older(props: {
  readonly searching: Searching;
  readonly history: HistoryState;
}): ReactElement | undefined {
  const { searching, history } = props;
  const { isLoadingAll, problem } = searching;
  if (!history.hasOlder && !isLoadingAll && !problem) return undefined;
  return (
    <div className="ait-search-older">
      <span className="ait-quiet" role="status">
        {isLoadingAll && <span className="ait-spinner" aria-hidden="true" />}
        {problem
          ? `Could not load the rest: ${problem.message} ${problem.hint ?? ''}`
          : `${counted(history.read, 'message')} of the channel read`}
      </span>
      {isLoadingAll ? (
        <Button onClick={searching.stopLoading}>Stop</Button>
      ) : (
        <Button onClick={searching.loadAll}>Load all older messages</Button>
      )}
    </div>
  );
}
