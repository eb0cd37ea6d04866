// What is on screen, and when: the same instrument in the Console's page and in the bare one.
// Each token says in its text when it was published. It counts as painted in the first task after
// the frame that shows it.

window.painting = (() => {
  const STAMP = /\d{13}\.\d{2}/g;
  const painted = new MessageChannel();
  let selector;
  let newest;
  let tokens;
  let frames;
  let waiting;
  let isOn = false;

  const now = () => performance.timeOrigin + performance.now();

  /** The last element of its kind: of what is said, the newest. */
  const last = () => [...document.querySelectorAll(selector)].at(-1);

  /** Goes back from the end of a text to what was seen before; calls back with each new stamp. */
  function readNew(element, found) {
    let stop = newest;
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let text = texts.lastChild();
    while (text?.nodeType === Node.ELEMENT_NODE) text = texts.lastChild();
    for (; text; text = texts.previousNode()) {
      for (const [stamp] of [...text.data.matchAll(STAMP)].reverse()) {
        const at = Number(stamp);
        if (at <= stop) return;
        newest = Math.max(newest, at);
        found(at);
      }
    }
  }

  painted.port1.onmessage = () => {
    if (waiting?.isThere()) {
      waiting.done(now());
      waiting = undefined;
    }
    if (!isOn) return;
    const element = last();
    const seen = now();
    if (element) readNew(element, (at) => tokens.push(at, seen));
  };

  function frame(time) {
    if (isOn) frames.push(time);
    painted.port2.postMessage(0);
    if (isOn || waiting) requestAnimationFrame(frame);
  }

  return {
    /** From now on notes each new token in the last element that a selector finds. */
    begin(where, since = 0) {
      selector = where;
      newest = since;
      tokens = [];
      frames = [];
      isOn = true;
      requestAnimationFrame(frame);
    },
    /** The newest stamp on screen. */
    newest: () => newest,
    /** Returns what was noted: [published, painted, ...] and the times of all frames, in ms. */
    end() {
      isOn = false;
      return { tokens, frames };
    },
    /** Resolves with the time at which a text is on screen where a selector finds it. */
    until(where, words) {
      return new Promise((done) => {
        const isThere = () =>
          [...document.querySelectorAll(where)].some((each) => each.textContent.includes(words));
        waiting = { isThere, done };
        requestAnimationFrame(frame);
      });
    },
    now,
  };
})();
