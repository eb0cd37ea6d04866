import type { ShownMessage } from '../../shown/model';
import { nameOf } from '../words';

/** The messages as Markdown, to be pasted somewhere else. */
export function transcriptOf(session: string, messages: readonly ShownMessage[]): string {
  const said = messages.map((message) => {
    const at = message.at === undefined ? '' : `, ${new Date(message.at).toISOString()}`;
    return `**${nameOf(message.author)}** (${message.author.role ?? message.role}${at})\n\n${message.text}`;
  });
  return `# ${session}\n\n${said.join('\n\n')}\n`;
}
