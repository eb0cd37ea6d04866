import { type ReactNode, useId, useState } from 'react';
import { visibleName } from '../components/visible';
import { isObject } from '../wire/inbound';

interface Props {
  readonly name: string;
  readonly input: unknown;
  readonly onDecide: (approved: boolean, reason: string) => Promise<boolean>;
}

/** The assistant asks before it does something. */
export function Approval({ name, input, onDecide }: Props): ReactNode {
  const title = useId();
  const [reason, setReason] = useState('');
  const [isDecided, setDecided] = useState(false);
  const decide = async (approved: boolean): Promise<void> => {
    setDecided(true);
    setDecided(await onDecide(approved, reason.trim()));
  };
  return (
    <section className="card" aria-labelledby={title}>
      <h2 id={title}>
        May I do this: <bdi>{visibleName(name)}</bdi>?
      </h2>
      <Arguments input={input} />
      <input
        type="text"
        aria-label="A word on your decision"
        placeholder="A word on it, if you like"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className="choices">
        <button type="button" disabled={isDecided} onClick={() => void decide(false)}>
          Deny
        </button>
        <button
          type="button"
          className="main"
          disabled={isDecided}
          onClick={() => void decide(true)}
        >
          Approve
        </button>
      </div>
    </section>
  );
}

export function Arguments({ input }: { readonly input: unknown }): ReactNode {
  if (!isObject(input)) return <pre className="plain">{shown(input)}</pre>;
  return (
    <dl className="arguments">
      {Object.entries(input).map(([name, value]) => (
        <div key={name}>
          <dt>
            <bdi>{name}</bdi>
          </dt>
          <dd>{shown(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, null, 1) ?? '');
}
