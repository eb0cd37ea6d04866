/** One message, from what its codec and its records say of it. */

import type { CodecName } from '../codec/codecs';
import type { CodecMessage } from '../codec/contract';
import type { Node } from '../tree/nodes';
import type { Tree } from '../tree/tree';
import type { View } from '../tree/view';
import { RUN_RESUME } from '../wire/names';
import type { Record } from '../wire/record';
import { NOBODY, writerOf } from './authors';
import { type Context, contextOf } from './context';
import type { Ledger } from './ledger';
import type { ShownMessage, ShownPart, Wish } from './model';
import { callsIn, responsesParts } from './responses';
import { statusOf } from './stamps';
import { steerOf } from './steers';
import { uiParts } from './ui-message';
import { type Fields, fieldsOf, given, textOf } from './values';

/** What a conversation is read from. */
export interface Read {
  readonly codec: CodecName;
  readonly tree: Tree;
  readonly view: View;
  readonly ledger: Ledger;
}

export type Branched = NonNullable<ShownMessage['branch']>;
type Said = Pick<ShownMessage, 'parts' | 'text'>;

/** Returns a message of a node, on the path or not. */
export function showMessage(
  read: Read,
  node: Node,
  message: CodecMessage,
  branch?: Branched,
): ShownMessage {
  const { codecMessageId: id } = message;
  const fields = fieldsOf(message.message);
  const records = recordsOf(node, id);
  const role = roleOf(fields, node);
  const says = textOf(fieldsOf(fields.metadata).author);
  const writer = writerOf(records, (record) => node.counts(record));
  const told = {
    runId: node.isRun ? node.key : undefined,
    at: records[0]?.timestamp,
    branch,
    steer: node.isRun && role === 'user' ? steerOf(node, id, read.ledger) : undefined,
    moderated: moderationOf(records),
    wish: wishAt(read, node, id, role),
  };
  const author = says === undefined ? writer : { ...writer, says };
  return { id, role, author, ...partsOf(read, node, message, records), ...given(told) };
}

/** Returns what is asked for at a message, and nobody has begun. */
export function wishAt(
  { tree, ledger }: Read,
  node: Node,
  id: string,
  role: ShownMessage['role'],
): Wish | undefined {
  if (!node.isRun) {
    const wish = role === 'user' ? ledger.wishFor(id) : undefined;
    return wish && tree.branches.runsFor(id).length === 0 ? wish : undefined;
  }
  if (role !== 'assistant') return undefined;
  // All versions at one place are versions of the first.
  const isVersion = node.regenerates && tree.messagesOf(node)[0]?.codecMessageId === id;
  return ledger.wishAgainst((isVersion && node.regenerates) || id);
}

/** Returns what a message says now. */
export function saidIn(
  read: Read,
  node: Node,
  message: CodecMessage,
): Said & Pick<ShownMessage, 'role'> {
  const role = roleOf(fieldsOf(message.message), node);
  return { role, ...partsOf(read, node, message, recordsOf(node, message.codecMessageId)) };
}

/** Returns a message of which nothing else is known. */
export function showUnknown(message: CodecMessage): ShownMessage {
  const { codecMessageId: id, message: value } = message;
  return { id, role: 'assistant', author: NOBODY, parts: [other(value)], text: '' };
}

function partsOf(read: Read, node: Node, message: CodecMessage, records: readonly Record[]): Said {
  const status = node.isRun ? statusOf(node) : undefined;
  const resumes = () =>
    read.tree.records
      .filter((record) => record.name === RUN_RESUME && record.runId === node.key)
      .map(({ serial }) => serial);
  const context = contextOf(records, status, read.tree.codec, resumes);
  const parts = READERS[read.codec](fieldsOf(message.message), context, () =>
    read.tree.messagesOf(node).map((each) => fieldsOf(each.message)),
  );
  const text = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n\n');
  return { parts, text };
}

/** Reads a message's parts; `others` are all messages of its node. */
type Reader = (message: Fields, context: Context, others: () => readonly Fields[]) => ShownPart[];

const READERS: Readonly<{ [Name in CodecName]: Reader }> = {
  uimessage: (message, context) => uiParts(message, context),
  responses: (message, context, others) => responsesParts(message, callsIn(others()), context),
  text: (message, { open }) => {
    const text = textOf(message.text);
    if (text === undefined) return [other(message)];
    return [{ kind: 'text', text, isStreaming: open === 'words' }];
  },
};

function other(value: unknown): ShownPart {
  return { kind: 'other', name: 'message', value };
}

function recordsOf(node: Node, messageId: string): readonly Record[] {
  return node.content.records.filter((record) => record.messageId === messageId);
}

function roleOf(message: Fields, node: Node): ShownMessage['role'] {
  const { role } = message;
  if (role === 'user' || role === 'assistant' || role === 'system') return role;
  return node.isRun ? 'assistant' : 'user';
}

/** A stream changes by growing: of that only another's hand shows. */
function moderationOf(records: readonly Record[]): ShownMessage['moderated'] {
  if (records.some((record) => record.deleted)) return 'deleted';
  const isChanged = (record: Record) =>
    record.streamed
      ? record.versionClientId !== undefined && record.versionClientId !== record.clientId
      : record.version !== record.serial;
  return records.some(isChanged) ? 'changed' : undefined;
}
