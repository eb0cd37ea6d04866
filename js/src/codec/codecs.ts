/** The codecs, by the names that a session's page has them by. */

import type { Codec } from './contract';
import { ResponsesCodec } from './responses/codec';
import { TextCodec } from './text';
import { UIMessageCodec } from './uimessage/codec';

export type CodecName = 'uimessage' | 'responses' | 'text';

const MADE: Readonly<Record<CodecName, () => Codec>> = {
  uimessage: () => new UIMessageCodec(),
  responses: () => new ResponsesCodec(),
  text: () => new TextCodec(),
};

export function codecNamed(name: CodecName): Codec {
  return MADE[name]();
}
