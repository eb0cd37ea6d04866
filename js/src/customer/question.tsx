import { type ReactNode, useId, useState } from 'react';
import { visibleName } from '../components/visible';
import { isObject } from '../wire/inbound';
import { Arguments } from './approval';

interface Props {
  readonly name: string;
  readonly input: unknown;
  readonly onAnswer: (output: unknown) => Promise<boolean>;
}

/** A tool that only the customer can answer. */
export function Question({ name, input, onAnswer }: Props): ReactNode {
  const title = useId();
  const [answer, setAnswer] = useState('');
  const [isGiven, setGiven] = useState(false);
  const { question, options } = questionIn(input);
  const give = async (output: unknown): Promise<void> => {
    setGiven(true);
    setGiven(await onAnswer(output));
  };
  return (
    <section className="card" aria-labelledby={title}>
      <h2 id={title}>
        <bdi>{question ?? visibleName(name)}</bdi>
      </h2>
      {question === undefined && <Arguments input={input} />}
      {options.length > 0 && (
        <div className="choices">
          {options.map((option) => (
            <button key={option} type="button" disabled={isGiven} onClick={() => void give(option)}>
              <bdi>{option}</bdi>
            </button>
          ))}
        </div>
      )}
      <form
        className="own-answer"
        onSubmit={(event) => {
          event.preventDefault();
          if (answer.trim() !== '') void give(answer.trim());
        }}
      >
        <input
          type="text"
          aria-label="Your answer"
          placeholder={options.length > 0 ? 'Something else…' : 'Your answer…'}
          value={answer}
          onChange={(event) => setAnswer(event.target.value)}
        />
        <button type="submit" className="main" disabled={isGiven || answer.trim() === ''}>
          Answer
        </button>
      </form>
    </section>
  );
}

/** What it asks, where it is asked in words, and what may be chosen. */
export function questionIn(input: unknown): { question?: string; options: readonly string[] } {
  if (!isObject(input)) return { options: [] };
  const listed = Array.isArray(input.options) ? input.options : [];
  const options = [...new Set(listed.filter((option) => typeof option === 'string'))];
  return typeof input.question === 'string' ? { question: input.question, options } : { options };
}
