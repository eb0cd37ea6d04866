import { useEffect, useState } from 'react';
import type { Wish } from '../../shown/model';
import { Button } from '../button';
import { useDoing } from '../use-doing';
import { ProblemNote, useActing } from './acting';
import { PlainName } from './who';

/** Agents begin sooner than this, as a rule: until then there is nothing to say. */
const SOON_MS = 2000;

interface WishNoteProps {
  readonly wish: Wish;
  /** It is another answer than one that is there. */
  readonly isAgain: boolean;
}

/** That an answer was asked for, and nobody has begun it. */
export function WishNote({ wish, isAgain }: WishNoteProps) {
  const isLate = useLate(wish);
  const { actions, permits } = useActing();
  const withdrawing = useDoing();
  if (wish.withdrawnBy) {
    return (
      <div className="ait-wish">
        <p>
          <PlainName author={wish.withdrawnBy} /> took back{' '}
          {isAgain ? 'the wish for another answer.' : 'the question: no agent had begun to answer.'}
        </p>
      </div>
    );
  }
  if (!isLate) return null;
  return (
    <div className="ait-wish">
      <p role="status">
        {isAgain ? (
          <>
            <PlainName author={wish.by} /> asked for another answer. No agent has begun it yet.
          </>
        ) : (
          'No agent has begun to answer yet.'
        )}
      </p>
      <Button
        data-acts
        permit={permits.cancel}
        disabled={withdrawing.isPending}
        onClick={() => void withdrawing.run(() => actions.withdraw(wish.inputId))}
      >
        Take back
      </Button>
      <ProblemNote problem={withdrawing.problem} />
    </div>
  );
}

/** Whether some time has gone by since it was asked for. */
function useLate({ inputId, at }: Wish): boolean {
  const [late, setLate] = useState<string>();
  useEffect(() => {
    const timer = setTimeout(() => setLate(inputId), leftMs(at));
    return () => clearTimeout(timer);
  }, [inputId, at]);
  return late === inputId || leftMs(at) === 0;
}

/** How long there is nothing to say yet. The server's clock may be another than this one. */
function leftMs(at: number = Date.now()): number {
  return Math.max(0, Math.min(SOON_MS, at + SOON_MS - Date.now()));
}
