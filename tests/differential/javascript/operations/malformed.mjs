// Messages with names of the SDK's, and with something missing or wrong in them.

const LIFECYCLE = ['ai-run-start', 'ai-run-end', 'ai-run-suspend', 'ai-step-start', 'ai-step-end'];
const TEXT = { kind: 'user-message', partType: 'text', messageId: 'malformed' };

/** All of them; some name what the session has (`known`), others what nobody has. */
export const malformed = (scene, known) => [
  ...lifecycles(scene, known),
  ...inputs(scene, known),
  ...outputs(scene, known),
];

function lifecycles({ id }, { run, input }) {
  return [
    ...LIFECYCLE.flatMap((name) => [{ name }, message(name, {}), { name, extras: { ai: 'text' } }]),
    message('ai-run-start', { 'run-id': '' }),
    message('ai-run-start', { 'run-id': id('run'), parent: 'nobody' }),
    message('ai-run-start', { 'run-id': id('run'), parent: input }),
    message('ai-run-start', { 'run-id': id('run'), 'msg-regenerate': 'nobody', parent: input }),
    message('ai-run-end', { 'run-id': 'unknown', 'run-reason': 'complete' }),
    message('ai-run-end', { 'run-id': run, 'run-reason': 'exploded' }),
    message('ai-run-end', { 'run-id': run, 'run-reason': 'error', 'error-code': 'NaN' }),
    message('ai-run-suspend', { 'run-id': 'unknown' }),
    message('ai-run-resume', { 'run-id': 'unknown' }),
    message('ai-step-start', { 'run-id': run }),
    message('ai-step-start', { 'run-id': 'unknown', 'step-id': 's' }),
    message('ai-step-end', { 'run-id': run, 'step-id': 'unknown', 'step-reason': 'complete' }),
    message('ai-step-end', { 'run-id': run, 'step-id': 's', 'step-reason': 'exploded' }),
    ...[{ name: 'ai-cancel' }, message('ai-cancel', {}), message('ai-cancel', { 'run-id': 'x' })],
    message('ai-cancel', { 'input-codec-message-id': 'unknown', 'event-id': id('event') }),
  ];
}

function inputs({ random, id }, { run, output }) {
  const said = (headers, codec, data) => {
    const own = { role: 'user', 'codec-message-id': id('input'), 'event-id': id('event') };
    return message('ai-input', { ...own, ...headers }, codec, data);
  };
  const own = id('input');
  const result = { kind: 'tool-result', toolCallId: 'unknown' };
  return [
    ...[{ name: 'ai-input' }, said({}), said({}, {})],
    said({}, { kind: 'unheard-of' }),
    said({}, { kind: 'user-message' }, 'no partType'),
    said({}, { kind: 'user-message', partType: 'unheard-of' }, 'x'),
    said({}, { kind: 'user-message', partType: 'text' }, { not: 'a text' }),
    said({ parent: 'nobody' }, TEXT, 'an orphan'),
    said({ parent: own, 'codec-message-id': own }, TEXT, 'below itself'),
    said({ 'fork-of': 'nobody' }, TEXT, 'a fork of nobody'),
    said({ 'fork-of': own, 'codec-message-id': own }, TEXT, 'a fork of itself'),
    said({ 'fork-of': '', parent: '' }, TEXT, 'a fork of an empty id'),
    said({ 'codec-message-id': '' }, TEXT, 'of an empty id'),
    said({ 'codec-message-id': undefined }, TEXT, 'without an id'),
    said({ role: undefined }, TEXT, 'without a role'),
    said({ role: 'assistant' }, TEXT, 'of another role'),
    said({ 'codec-message-id': output }, { kind: 'tool-result' }, {}),
    said({ 'codec-message-id': output, 'run-id': run }, result, random.data()),
    said({ 'run-id': 'unknown' }, TEXT, 'of no run'),
  ];
}

function outputs({ id }, { run }) {
  const spoken = (headers, codec, data) => {
    const own = { role: 'assistant', 'codec-message-id': id('output'), 'run-id': run };
    return message('ai-output', { ...own, ...headers }, codec, data);
  };
  const text = { kind: 'text', id: 's' };
  const stream = { stream: 'true', status: 'complete', 'stream-id': 's' };
  return [
    ...[{ name: 'ai-output' }, spoken({}), spoken({}, {})],
    spoken({ 'run-id': undefined }, { kind: 'start' }),
    spoken({ 'run-id': id('run') }, { kind: 'start-step' }),
    spoken({ 'run-id': 7 }, { kind: 'start' }),
    spoken({ 'run-id': '' }, { kind: 'start' }),
    spoken({ 'step-id': 's', 'step-start-serial': '0' }, { kind: 'start' }),
    spoken({}, { kind: 'unheard-of' }, 'x'),
    spoken({}, { kind: 'file' }, 'no media type'),
    spoken({ stream: 'true', 'codec-message-id': undefined }, { kind: 'text' }, 'no ids'),
    spoken({ stream: 'true' }, { kind: 'text' }, 'no id of a stream'),
    spoken(stream, text, 'whole at once'),
    spoken({ ...stream, status: 'cancelled' }, text, 'cancelled at once'),
    spoken({}, { kind: 'tool-output-available', toolCallId: 'unknown' }, 'not an object'),
    spoken({}, { kind: 'data-note', id: 5 }, { a: 1 }),
  ];
}

const message = (name, transport, codec, data = '') => ({
  name,
  data,
  extras: { ai: { ...(transport && { transport }), ...(codec && { codec }) } },
});
