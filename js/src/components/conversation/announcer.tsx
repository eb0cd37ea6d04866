import { useEffect, useRef, useState } from 'react';
import type { ConsoleState } from '../../session/model';
import { newsIn, type Told } from './news';

/** Tells screen readers what happens, in short. */
export function Announcer({ state }: { state: ConsoleState }) {
  const told = useRef<Told>(undefined);
  const [news, setNews] = useState('');
  useEffect(() => {
    const found = newsIn(state, told.current);
    told.current = found.told;
    if (found.news) setNews(found.news);
  }, [state]);
  return (
    <p className="ait-unseen" role="status" aria-live="polite">
      {news}
    </p>
  );
}
