/** The names on the wire: of messages, and of the headers in `extras.ai.transport`. */

// Messages. Every codec event has one of the first two names, and its own kind in a codec header.
export const AI_INPUT = 'ai-input';
export const AI_OUTPUT = 'ai-output';
export const AI_CANCEL = 'ai-cancel';
/** Ours: an agent says that it goes on in spite of a cancel. */
export const CANCEL_REFUSED = 'cancel-refused';
/** Ours: of several workers, one says that it answers an input. */
export const CLAIM = 'claim';
export const RUN_START = 'ai-run-start';
export const RUN_SUSPEND = 'ai-run-suspend';
export const RUN_RESUME = 'ai-run-resume';
export const RUN_END = 'ai-run-end';
export const STEP_START = 'ai-step-start';
export const STEP_END = 'ai-step-end';

export const RUN_LIFECYCLE: ReadonlySet<string> = new Set([
  RUN_START,
  RUN_SUSPEND,
  RUN_RESUME,
  RUN_END,
]);
export const STEP_LIFECYCLE: ReadonlySet<string> = new Set([STEP_START, STEP_END]);

// Streams: a message that grows by appends.
export const STREAM = 'stream';
export const STATUS = 'status';
export const STREAM_ID = 'stream-id';
export const DISCRETE = 'discrete';

// Who and what a message belongs to.
export const ROLE = 'role';
export const MESSAGE_ID = 'codec-message-id';
export const EVENT_ID = 'event-id';
export const RUN_ID = 'run-id';
export const INVOCATION_ID = 'invocation-id';
export const INPUT_MESSAGE_ID = 'input-codec-message-id';
// Three scopes, one in the other: whose Run, whose input drove this invocation, whose shaped a step.
export const RUN_CLIENT_ID = 'run-client-id';
export const INPUT_CLIENT_ID = 'input-client-id';
export const STEP_CLIENT_ID = 'step-client-id';

// Branches.
export const PARENT = 'parent';
export const FORK_OF = 'fork-of';
export const REGENERATES = 'msg-regenerate';
export const SUPERSEDES = 'supersedes';

// Ends, and the steps between.
export const RUN_REASON = 'run-reason';
export const ERROR_CODE = 'error-code';
export const ERROR_MESSAGE = 'error-message';
export const STEP_ID = 'step-id';
export const STEP_START_SERIAL = 'step-start-serial';
export const STEP_REASON = 'step-reason';
export const STEERS = 'steer-codec-message-ids';

// The codec's own headers that every codec has.
export const KIND = 'kind';
export const PART_TYPE = 'partType';

export type Headers = Readonly<Record<string, string>>;
