/** When the screen is drawn next. */

/** Has something done once, soon; returns what calls it off. */
export type Frames = (draw: () => void) => () => void;

/** A hidden tab has no frames, and still has people to call back. */
const HIDDEN_MS = 250;

/** Draws with the browser's own frames, and with a timer where there are none. */
export const browserFrames: Frames = (draw) => {
  let isDone = false;
  const once = () => {
    if (isDone) return;
    cancel();
    draw();
  };
  const timer = setTimeout(once, HIDDEN_MS);
  const hasFrames = typeof requestAnimationFrame === 'function';
  const frame = hasFrames ? requestAnimationFrame(once) : undefined;
  const cancel = () => {
    isDone = true;
    clearTimeout(timer);
    if (frame !== undefined) cancelAnimationFrame(frame);
  };
  return cancel;
};
