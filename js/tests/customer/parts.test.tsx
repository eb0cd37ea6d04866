// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { PartView } from '../../src/customer/parts';
import { questionIn } from '../../src/customer/question';
import type { Part } from '../../src/customer/sdk';

const HOSTILE = '<img src=x onerror="harm()"><script>harm()</script>';

function show(part: unknown, isOpen = true) {
  const onDecide = vi.fn(async () => true);
  const onAnswer = vi.fn(async () => true);
  const { container } = render(
    <PartView part={part as Part} isOpen={isOpen} onDecide={onDecide} onAnswer={onAnswer} />,
  );
  return { container, onDecide, onAnswer };
}

const call = (state: string, more: object = {}) => ({
  type: 'tool-send_message',
  toolCallId: 'c1',
  state,
  input: { to: 'team@example.com' },
  ...more,
});

afterEach(cleanup);

describe('what leads elsewhere', () => {
  test('is a link where it is a web page, with its host beside it', () => {
    show({ type: 'source-url', url: 'https://example.com/1', title: 'your-bank.example' });
    const link = screen.getByRole('link');
    expect(link.getAttribute('href')).toBe('https://example.com/1');
    expect(link.getAttribute('rel')).toContain('noopener');
    expect(link.textContent).toContain('example.com');
  });

  test.each([
    'javascript:harm()',
    ' javascript:harm()',
    'data:text/html,<script>harm()</script>',
    'file:///etc/passwd',
    'vbscript:harm()',
    '/relative',
    '',
  ])('is no link where it is none: %s', (url) => {
    show({ type: 'source-url', url, title: 'press here' });
    show({ type: 'file', url, mediaType: 'text/html' });
    expect(screen.queryByRole('link')).toBeNull();
  });

  test('is not loaded: only a picture in the message itself is shown as one', () => {
    for (const url of [
      'https://example.com/spy.png',
      'data:image/svg+xml;base64,PHN2Zy8+',
      'data:image/png;base64,AAAA" onerror="harm()',
    ]) {
      const { container } = show({ type: 'file', url, mediaType: 'image/png' });
      expect(container.querySelector('img')).toBeNull();
    }
    const { container } = show({ type: 'file', url: 'data:image/png;base64,AAAA' });
    expect(container.querySelector('img')?.src).toContain('data:image/png');
  });
});

describe('text that looks like markup', () => {
  test.each([
    { type: 'text', text: HOSTILE },
    { type: 'reasoning', text: HOSTILE },
    { type: 'source-url', url: 'x', title: HOSTILE },
    { type: 'file', url: 'x', filename: HOSTILE, mediaType: 'x' },
    { type: `data-${HOSTILE}`, data: HOSTILE },
    call('input-available', { input: { question: HOSTILE, options: [HOSTILE] } }),
    call('approval-requested', { type: `tool-${HOSTILE}`, input: { [HOSTILE]: HOSTILE } }),
    call('output-error', { errorText: HOSTILE, title: HOSTILE }),
  ])('is text: $type', (part) => {
    const { container } = show(part);
    expect(container.querySelector('img, script')).toBeNull();
    expect(container.textContent).toContain('<img src=x onerror="harm()">');
  });
});

describe('what asks the customer', () => {
  test('takes a decision once, with a word on it', async () => {
    const { onDecide } = show(call('approval-requested', { approval: { id: 'a' } }));
    fireEvent.change(screen.getByLabelText('A word on your decision'), {
      target: { value: ' not yet ' },
    });
    const deny = screen.getByRole('button', { name: 'Deny' });
    fireEvent.click(deny);
    fireEvent.click(deny);
    expect(onDecide.mock.calls).toEqual([['c1', false, 'not yet']]);
  });

  test('can be answered again where the answer did not get through', async () => {
    const { onAnswer } = show(call('input-available', { input: { options: ['green'] } }));
    onAnswer.mockResolvedValue(false);
    const green = screen.getByRole<HTMLButtonElement>('button', { name: 'green' });
    fireEvent.click(green);
    await vi.waitFor(() => expect(green.disabled).toBe(false));
    fireEvent.click(green);
    expect(onAnswer.mock.calls).toEqual([
      ['c1', 'green'],
      ['c1', 'green'],
    ]);
  });

  test('asks nothing when its Run does not wait, or when it is not the customer who is asked', () => {
    show(call('input-available'), false);
    show(call('approval-requested'), false);
    show(call('input-available', { providerExecuted: true }));
    show(call('output-available', { output: 1 }));
    expect(screen.queryByRole('button')).toBeNull();
  });

  test('has a question and options where they are such', () => {
    expect(questionIn({ question: 'Which?', options: ['a', 1, 'b', 'a'] })).toEqual({
      question: 'Which?',
      options: ['a', 'b'],
    });
    for (const odd of [null, 'x', [], { question: 1, options: 'a' }]) {
      expect(questionIn(odd)).toEqual({ options: [] });
    }
  });
});
