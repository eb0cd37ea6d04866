// What an agent streams: lists of UI message chunks, drawn at random. `draw` is {random, id, did}.

/** Parts that stand on their own, each with how often it comes. */
const PARTS = {
  text: 10,
  reasoning: 3,
  'several texts': 2,
  'interleaved texts': 1,
  'text never ended': 0.5,
  'same text id again': 0.7,
  file: 0.7,
  'source-url': 0.7,
  'source-document': 0.7,
  data: 0.8,
  'data replaced': 0.8,
  'data transient': 0.8,
  'message-metadata': 0.8,
  tool: 2,
};

const MAKERS = {
  text: (draw) => words(draw, 'text', draw.id('text')),
  reasoning: (draw) => words(draw, 'reasoning', draw.id('thought')),
  'several texts': (draw) => [...MAKERS.text(draw), ...MAKERS.text(draw)],
  'interleaved texts': (draw) => {
    const [one, other] = [MAKERS.text(draw), MAKERS.reasoning(draw)];
    return one
      .flatMap((chunk, at) => [chunk, ...other.slice(at, at + 1)])
      .concat(other.slice(one.length));
  },
  'text never ended': (draw) => MAKERS.text(draw).slice(0, -1),
  'same text id again': (draw) => [...words(draw, 'text', '0'), ...words(draw, 'text', '0')],
  file: ({ random }) => [
    { type: 'file', mediaType: 'image/png', url: `https://files.test/${random.between(1, 9)}` },
  ],
  'source-url': ({ random, id }) => [
    maybe(
      random,
      0.5,
      { type: 'source-url', sourceId: id('source'), url: 'https://a.test/?b=c' },
      {
        title: random.text(),
      },
    ),
  ],
  'source-document': ({ random, id }) => [
    maybe(
      random,
      0.5,
      { type: 'source-document', sourceId: id('source'), mediaType: 'text/plain', title: 'T' },
      { filename: 'f.txt' },
    ),
  ],
  data: ({ random, id }) => [
    maybe(random, 0.5, { type: 'data-note', data: random.data() }, { id: id('note') }),
  ],
  'data replaced': ({ random }) => {
    const note = { type: 'data-note', id: 'note' };
    return [
      { ...note, data: random.data() },
      { type: 'data-other', id: 'note', data: random.data() },
      { ...note, data: random.data() },
    ];
  },
  'data transient': ({ random }) => [
    maybe(random, 0.5, { type: 'data-note', data: random.data(), transient: true }, { id: 'note' }),
  ],
  'message-metadata': (draw) => [{ type: 'message-metadata', messageMetadata: metadata(draw) }],
  tool: (draw) => tool(draw).chunks,
};

/** A whole message: lifecycle chunks around steps of parts. */
export function reply(draw, { parts, steps, lifecycle } = {}) {
  const { random, did } = draw;
  const chunks = [];
  const begun = lifecycle ?? random.chance(0.95);
  if (begun) chunks.push(begin(draw));
  else did('chunk: no start');
  const count = steps ?? Number(random.weighted({ 1: 8, 2: 2, 3: 1 }));
  if (count > 1) did('chunk: several steps');
  for (let step = 0; step < count; step += 1) chunks.push(...oneStep(draw, parts));
  if (begun || random.chance(0.5)) chunks.push(end(draw));
  return chunks;
}

/** A message with one text in many deltas, for what happens in the middle of it. */
export function longReply(draw, deltas = draw.random.between(4, 12)) {
  const id = draw.id('text');
  const chunks = [begin(draw), { type: 'start-step' }, { type: 'text-start', id }];
  for (let index = 0; index < deltas; index += 1) {
    chunks.push({ type: 'text-delta', id, delta: `${index} ${draw.random.text(2)} ` });
  }
  return [...chunks, { type: 'text-end', id }, { type: 'finish-step' }, { type: 'finish' }];
}

/** A tool call; `open` leaves it without a result, for somebody else to give. */
export function tool(draw, { open = false } = {}) {
  const { random, id, did } = draw;
  const dynamic = random.chance(0.35);
  const call = { toolCallId: id('call') };
  const named = maybe(
    random,
    0.15,
    { ...call, toolName: random.pick(['search', 'run_cell']) },
    {
      title: 'A title',
      providerExecuted: true,
    },
  );
  if (dynamic) named.dynamic = true;
  did(dynamic ? 'chunk: dynamic tool' : 'chunk: static tool');
  const input = { query: random.text(), count: random.between(0, 9) };
  const chunks = [];
  if (random.chance(0.8))
    chunks.push({ type: 'tool-input-start', ...named }, ...deltas(call, input));
  else did('chunk: tool input at once');
  if (!open && random.chance(0.12)) {
    did('chunk: tool-input-error');
    const error = {
      ...named,
      input: random.chance(0.5) ? input : 'not JSON',
      errorText: 'bad input',
    };
    return { ...call, chunks: [...chunks, { type: 'tool-input-error', ...error }] };
  }
  chunks.push({ type: 'tool-input-available', ...named, input });
  return { ...call, dynamic, chunks: open ? chunks : [...chunks, ...result(draw, call, dynamic)] };

  function* deltas(of, value) {
    const text = JSON.stringify(value);
    const half = random.between(1, text.length - 1);
    for (const inputTextDelta of [text.slice(0, half), text.slice(half)]) {
      yield { type: 'tool-input-delta', ...of, inputTextDelta };
    }
  }
}

/** What an agent says came of a tool call. */
export function result({ random, did }, call, dynamic) {
  const which = random.weighted({ output: 6, error: 2, preliminary: 1.5, nothing: 1 });
  did(`chunk: tool ${which}`);
  const flag = dynamic ? { dynamic: true } : {};
  const output = { type: 'tool-output-available', ...call, ...flag, output: random.json() };
  return {
    output: [output],
    error: [{ type: 'tool-output-error', ...call, ...flag, errorText: random.text() }],
    preliminary: [{ ...output, output: 'some', preliminary: true }, output],
    nothing: [],
  }[which];
}

export function metadata({ random }) {
  return { [random.pick(['model', 'author', 'usage'])]: random.json(), at: random.between(0, 99) };
}

function begin({ random, id, did }) {
  const start = { type: 'start' };
  if (random.chance(0.6)) start.messageId = id('message');
  if (random.chance(0.2)) {
    did('chunk: metadata of start');
    start.messageMetadata = metadata({ random });
  }
  return start;
}

function end({ random, did }) {
  if (random.chance(0.04)) {
    did('chunk: error');
    return { type: 'error', errorText: random.text() };
  }
  if (random.chance(0.04)) {
    did('chunk: abort');
    return maybe(random, 0.5, { type: 'abort' }, { reason: random.text() });
  }
  const finish = maybe(random, 0.5, { type: 'finish' }, { finishReason: 'stop' });
  if (random.chance(0.2)) {
    did('chunk: metadata of finish');
    finish.messageMetadata = metadata({ random });
  }
  return finish;
}

function oneStep(draw, parts) {
  const { random, did } = draw;
  const chunks = random.chance(0.95) ? [{ type: 'start-step' }] : [];
  const count = parts ?? Number(random.weighted({ 0: 0.5, 1: 6, 2: 3, 3: 1.5, 5: 0.5 }));
  if (count === 0) did('chunk: empty step');
  for (let part = 0; part < count; part += 1) {
    const kind = random.weighted(PARTS);
    did(`chunk: ${kind}`);
    chunks.push(...MAKERS[kind](draw));
  }
  return random.chance(0.95) ? [...chunks, { type: 'finish-step' }] : chunks;
}

function words({ random }, kind, id) {
  const about = random.chance(0.1) ? { providerMetadata: { test: { a: random.text(1) } } } : {};
  const count = Number(random.weighted({ 0: 1, 1: 3, 3: 4, 8: 3, 20: 0.5 }));
  const deltas = Array.from({ length: count }, () => random.text());
  return [
    { type: `${kind}-start`, id, ...about },
    ...deltas.map((delta) => ({ type: `${kind}-delta`, id, delta })),
    { type: `${kind}-end`, id, ...(random.chance(0.5) ? about : {}) },
  ];
}

const maybe = (random, probability, always, sometimes) =>
  random.chance(probability) ? { ...always, ...sometimes } : always;
