// What is below an element: all that opens is opened, and what should not be there is told.

const TURNING = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;
const NAMES = 'h1, h2, h3, h4, button, summary, figcaption, [class*="name"], [class*="title"]';
const ALIVE = 'script, iframe, frame, object, embed, base, link, meta, style, form[action]';
const WORDS = ['title', 'aria-label', 'alt', 'placeholder', 'download', 'aria-description'];
const LINKS = ['http:', 'https:', 'mailto:', 'data:'];
const CLOSED =
  'button[aria-expanded="false"]:not([aria-haspopup]), details:not([open]) > summary, .ait-more';
const MOST_STEPS = 400;
const MOST_ROUNDS = 6;

const excerpt = (text) => JSON.stringify(text.slice(0, 80));
/** Lets the page draw until it has nothing left to draw. */
const drawn = () =>
  new Promise((done) => requestAnimationFrame(() => requestIdleCallback(done, { timeout: 2000 })));

/** Tells what below an element is alive, leads astray, or does not fit. */
function inspect(root) {
  const problems = new Set();
  for (const { localName } of root.querySelectorAll(ALIVE)) problems.add(`alive: <${localName}>`);
  for (const element of root.querySelectorAll('*')) {
    for (const problem of inAttributes(element)) problems.add(problem);
    for (const problem of inLinks(element)) problems.add(problem);
  }
  for (const named of root.querySelectorAll(NAMES)) {
    const words = wordsOf(named);
    if (!TURNING.test(words)) continue;
    problems.add(`turned: <${named.localName} class="${named.className}"> ${excerpt(words)}`);
  }
  if (isWide(root)) problems.add(`wide: ${root.scrollWidth} px by ${beyond(root)}`);
  return [...problems];
}

/** The words beside what somebody said, which turns nothing around but itself. */
function wordsOf(element) {
  const copy = element.cloneNode(true);
  for (const said of copy.querySelectorAll('[dir="auto"]')) said.remove();
  return copy.textContent;
}

const isAtEnd = ({ scrollTop, clientHeight, scrollHeight }) =>
  scrollTop + clientHeight >= scrollHeight - 1;

const isWide = ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1;

/** Some of what reaches beyond an element and is cut off by nothing on the way. */
function beyond(root) {
  const edge = root.getBoundingClientRect().left + root.clientLeft + root.clientWidth + 1;
  // What is placed absolutely is cut off by what it is placed in alone.
  const above = (element) =>
    getComputedStyle(element).position === 'absolute' ? element.offsetParent : element.parentElement;
  const isCut = (element) => {
    const around = above(element);
    if (!around || !root.contains(around) || around === root) return false;
    return getComputedStyle(around).overflowX !== 'visible' || isCut(around);
  };
  return [...root.querySelectorAll('*')]
    .filter((each) => each.getBoundingClientRect().right > edge && !isCut(each))
    .slice(-3)
    .map((each) => `"${each.className}" in "${each.parentElement?.className}"`);
}

function* inAttributes(element) {
  for (const { name, value } of element.attributes) {
    if (/^on|^srcdoc$/i.test(name)) yield `runs: ${name}=${excerpt(value)}`;
    if (WORDS.includes(name) && TURNING.test(value)) yield `turned: ${name}=${excerpt(value)}`;
  }
}

function* inLinks(element) {
  const { href, src, rel } = element;
  if (typeof src === 'string' && src && !src.startsWith('data:image/')) {
    yield `loaded: ${excerpt(src)}`;
  }
  if (typeof href !== 'string' || !element.hasAttribute('href')) return;
  const { protocol } = new URL(href);
  if (!LINKS.includes(protocol)) yield `runs: ${excerpt(href)}`;
  if (protocol.startsWith('http') && !/noopener/.test(rel)) yield `sees us: ${excerpt(href)}`;
  if (protocol === 'data:' && !element.hasAttribute('download')) yield `a page: ${excerpt(href)}`;
}

/** How far to scroll: of a row that is drawn, all has been looked at, and be it high. */
function toWhatIsNew(place) {
  const { top, bottom } = place.getBoundingClientRect();
  const rows = [...place.querySelectorAll('[data-row]')].map((row) => row.getBoundingClientRect());
  const cut = rows.find((row) => row.top < bottom && row.bottom > bottom);
  return Math.max(place.clientHeight * 0.8, cut ? cut.bottom - top - 1 : 0);
}

/** Goes down all that scrolls, and opens what opens; tells how much that was, and what is wrong. */
async function explore(root, scrollers) {
  const pressed = new Set();
  const problems = new Set();
  const look = async (place) => {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const closed = [...place.querySelectorAll(CLOSED)].filter((each) => !pressed.has(each));
      if (closed.length === 0) break;
      for (const each of closed) {
        pressed.add(each);
        each.click();
      }
      await drawn();
    }
    for (const problem of inspect(root)) problems.add(problem);
    if (isWide(place)) problems.add(`wide: ${place.scrollWidth} px by ${beyond(place)}`);
  };
  await look(root);
  for (const place of scrollers ? root.querySelectorAll(scrollers) : []) {
    place.scrollTop = 0;
    let step = 0;
    for (; step < MOST_STEPS; step += 1) {
      await drawn();
      await look(place);
      if (isAtEnd(place)) {
        // What was opened last has not been measured yet.
        await drawn();
        if (isAtEnd(place)) break;
      }
      place.scrollTop += toWhatIsNew(place);
    }
    if (step === MOST_STEPS) problems.add(`endless: ${place.className}`);
  }
  return { opened: pressed.size, problems: [...problems] };
}
