// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { KeepAll, KeepScope, useKept } from '../../../src/components/conversation/kept';

afterEach(cleanup);

function Field({ name }: { name: string }) {
  const [text, setText] = useKept<string | undefined>('reason', undefined);
  return (
    <input
      aria-label={name}
      value={text ?? ''}
      onChange={(event) => setText(event.target.value || undefined)}
    />
  );
}

const field = (name: string) => screen.getByRole<HTMLInputElement>('textbox', { name });
const write = (name: string, value: string) => fireEvent.change(field(name), { target: { value } });

function drawn(values: Map<string, unknown>) {
  return render(
    <KeepAll values={values}>
      {['m1', 'm2'].map((name) => (
        <KeepScope key={name} name={name}>
          <Field name={name} />
        </KeepScope>
      ))}
    </KeepAll>,
  );
}

test('what was half written is there when all is drawn anew, in its own place', () => {
  const values = new Map<string, unknown>();
  const { unmount } = drawn(values);
  write('m1', 'too much mon');
  unmount();
  drawn(values);
  expect([field('m1').value, field('m2').value]).toEqual(['too much mon', '']);
});

test('what is let go of leaves nothing', () => {
  const values = new Map<string, unknown>();
  drawn(values);
  write('m1', 'no');
  expect(values.size).toBe(1);
  write('m1', '');
  expect(values.size).toBe(0);
});
