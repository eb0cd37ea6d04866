// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RunsBar } from '../../src/components/composer/runs-bar';
import { columnsIn, urgentFirst } from '../../src/components/composer/runs-layout';
import type { Permit } from '../../src/session/model';
import type { ShownRun } from '../../src/shown/model';
import { run } from './fixtures';

let width = 0;

beforeEach(() => {
  width = 800;
  vi.stubGlobal(
    'ResizeObserver',
    class {
      readonly #tell: (entries: readonly unknown[]) => void;
      constructor(tell: (entries: readonly unknown[]) => void) {
        this.#tell = tell;
      }
      observe() {
        this.#tell([{ contentRect: { width, height: 30 } }]);
      }
      disconnect() {}
    },
  );
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const CRASHED = { verdict: 'crashed', silentMs: 30_000 } as const;

function named(name: string, more: Partial<ShownRun> = {}): ShownRun {
  return run(name, { owner: { clientId: name }, ...more });
}

function many(count: number): ShownRun[] {
  return Array.from({ length: count }, (_, at) => named(`c${at + 1}`));
}

function bar(openRuns: readonly ShownRun[], cancel: Permit = { allowed: true }) {
  const onReveal = vi.fn();
  const onStop = vi.fn();
  const made = (runs: readonly ShownRun[]) => (
    <RunsBar openRuns={runs} cancel={cancel} onReveal={onReveal} onStop={onStop} />
  );
  const { container, rerender } = render(made(openRuns));
  return {
    container,
    onReveal,
    onStop,
    runsAre: (runs: readonly ShownRun[]) => rerender(made(runs)),
  };
}

const owners = () =>
  within(screen.getByRole('list', { name: 'Open Runs' }))
    .getAllByRole('listitem')
    .map((chip) => chip.querySelector('bdi')?.textContent);
const more = () => screen.getByRole('button', { expanded: false });

describe('the bar of open Runs', () => {
  test('is there once one of them would be out of sight', () => {
    const { container, runsAre } = bar([run('r1')]);
    expect(container.textContent).toBe('');
    runsAre([run('r1', { isOnPath: false })]);
    expect(screen.getByText(', on another branch')).toBeTruthy();
  });

  test('counts nothing where all have a place', () => {
    bar(many(6));
    expect(owners()).toHaveLength(6);
    expect(screen.queryByText(/open Runs/)).toBeNull();
    expect(screen.queryByRole('button', { expanded: false })).toBeNull();
  });

  test('has two lines of them, and the rest for who asks', () => {
    bar(many(15));
    expect(owners()).toEqual(['c1', 'c2', 'c3', 'c4', 'c5', 'c6']);
    expect(screen.getByText('15 open Runs')).toBeTruthy();
    expect(more().textContent).toBe('9 more');
    expect(more().getAttribute('aria-controls')).toBe(screen.getByRole('list').id);
    fireEvent.click(more());
    expect(owners()).toHaveLength(15);
    fireEvent.click(screen.getByRole('button', { expanded: true }));
    expect(owners()).toHaveLength(6);
  });

  test.each([
    [300, 2],
    [520, 4],
    [800, 6],
  ])('in a width of %i has room for %i', (given, count) => {
    width = given;
    bar(many(9));
    expect(owners()).toHaveLength(count);
  });

  test('goes to one, and stops one', () => {
    const runs = many(8);
    const { onReveal, onStop } = bar(runs);
    fireEvent.click(more());
    fireEvent.click(screen.getByText('c8'));
    expect(onReveal).toHaveBeenCalledWith(runs[7]);
    fireEvent.click(screen.getByRole('button', { name: 'Stop the Run of c8' }));
    expect(onStop.mock.calls).toEqual([['c8']]);
  });

  test('says why one cannot be stopped, and does not ask twice', () => {
    const { onStop } = bar([
      named('c1', { cancel: { by: { clientId: 'c1' }, outcome: 'asked' } }),
      named('c2'),
    ]);
    const asked = screen.getByRole('button', { name: 'Stop the Run of c1' });
    fireEvent.click(asked);
    expect(onStop).not.toHaveBeenCalled();
    expect(asked.title).toContain('Stopping, as c1 asked');
    cleanup();
    bar(many(2), { allowed: false, why: 'The token does not allow it.' });
    const stop = screen.getByRole('button', { name: 'Stop the Run of c1' });
    expect([stop.title, stop.getAttribute('aria-disabled')]).toEqual([
      'The token does not allow it.',
      'true',
    ]);
  });
});

test('first are those that wait for a person or whose agent has gone, as they began', () => {
  const runs = [
    named('c1'),
    named('c2', { health: CRASHED }),
    named('c3'),
    named('c4', { status: 'suspended' }),
    named('c5', { health: { verdict: 'stalled', silentMs: 20_000 } }),
  ];
  expect(urgentFirst(runs).map(({ runId }) => runId)).toEqual(['c2', 'c4', 'c1', 'c3', 'c5']);
});

test('there is at least one column, before anything is measured too', () => {
  expect([0, 100, 501, 502, 756].map(columnsIn)).toEqual([1, 1, 1, 2, 3]);
});
