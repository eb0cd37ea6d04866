import type { ReactElement, RefObject } from 'react';
import type { ConsoleActions, ConsoleState } from '../session/model';
import { Boundary } from './boundary';
import { Composer } from './composer/composer';
import { RunsBar } from './composer/runs-bar';
import { Conversation } from './conversation/conversation';
import { Empty } from './empty';
import type { Memory } from './memory';
import type { Notices } from './notices/use-notices';
import { Typing } from './people/typing';
import { Search } from './search/search';
import type { Revealing, Scroller } from './use-reveal';

export interface TalkProps {
  readonly state: ConsoleState;
  readonly actions: ConsoleActions;
  readonly memory: Memory;
  readonly notices: Notices;
  readonly reveal: Revealing;
  readonly scroller: RefObject<Scroller | null>;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly isSearching: boolean;
  /** Takes the message that was found. */
  readonly onFind: (messageId: string) => void;
  readonly onCloseSearch: () => void;
  readonly onLeaveField: () => void;
}

/** The pane of the conversation: what was said, who is at it, and where one writes. */
export function Talk(props: TalkProps): ReactElement {
  const { state, actions, memory, notices, reveal, scroller, field } = props;
  const stop = (runId: string): void => notices.attempt(actions.cancel(runId));
  return (
    <div className="ait-talk">
      {props.isSearching && (
        <Boundary what="the search">
          <Search
            actions={actions}
            history={state.history}
            onPick={(found) => {
              props.onFind(found.messageId);
              reveal.node(found.nodeKey, found.messageId);
            }}
            onClose={props.onCloseSearch}
          />
        </Boundary>
      )}
      <div className="ait-talk-main">
        <Boundary what="the conversation">
          {state.messages.length > 0 ? (
            <Conversation state={state} actions={actions} memory={memory} handle={scroller} />
          ) : (
            <Empty state={state} onReconnect={() => actions.reconnect()} />
          )}
        </Boundary>
      </div>
      <div className="ait-talk-foot">
        <Typing members={state.members} />
        <RunsBar
          openRuns={state.openRuns}
          cancel={state.permits.cancel}
          onReveal={reveal.run}
          onStop={stop}
        />
        <Composer
          openRuns={state.openRuns}
          permits={state.permits}
          actions={actions}
          memory={memory}
          field={field}
          onSaid={() => scroller.current?.scrollToEnd()}
          onStop={stop}
          onLeave={props.onLeaveField}
        />
      </div>
    </div>
  );
}
