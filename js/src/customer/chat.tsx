import type { ReactNode } from 'react';
import { visibleName } from '../components/visible';
import { usePublishers } from './authors';
import { Composer } from './composer';
import { useStanding } from './connection';
import { type Conversation, useConversation } from './conversation';
import { Header } from './header';
import { NoticeList } from './notice-list';
import { useNotices } from './notices';
import { useOthers, useOwnPresence } from './presence';
import { useClientSession } from './sdk';
import { Thread } from './thread';

interface Props {
  readonly me: string;
  readonly session: string;
}

export function Chat({ me, session }: Props): ReactNode {
  const { sessionError } = useClientSession();
  if (sessionError) {
    return (
      <p className="broken" role="alert">
        This chat cannot be opened: {sessionError.message}
      </p>
    );
  }
  return <OpenChat me={me} session={session} />;
}

function OpenChat({ me, session }: Props): ReactNode {
  const notices = useNotices();
  const others = useOthers(me);
  const conversation = useConversation(notices.tell, others);
  const publishers = usePublishers();
  const own = useOwnPresence();
  const standing = useStanding();
  return (
    <div className="chat">
      <Header session={session} others={others} standing={standing} />
      <Thread
        me={me}
        conversation={conversation}
        publishers={publishers}
        typists={others.filter((member) => member.isTyping)}
      />
      <NoticeList notices={notices} isSaid={(text) => saysItsProblem(conversation, text)} />
      <Composer
        isAnswering={conversation.isAnswering}
        onTyping={own.typing}
        onSay={(text) => {
          own.done();
          conversation.say(text);
        }}
        onStop={conversation.stop}
      />
      <footer className="fine-print">
        Runs on the official Ably AI Transport SDK · you are <bdi>{visibleName(me)}</bdi>
      </footer>
    </div>
  );
}

/** Whether a Run on the screen says so already: the SDK also tells each failed Run as an error. */
function saysItsProblem({ lines }: Conversation, text: string): boolean {
  return lines.some(({ run }) => run?.status === 'error' && run.error.message === text);
}
