import type { ShownPart, SourcePart } from '../../../shown/model';

export type Section =
  | {
      readonly kind: 'part';
      readonly key: string;
      readonly part: Exclude<ShownPart, { kind: 'source' | 'step' }>;
    }
  | { readonly kind: 'sources'; readonly key: string; readonly sources: readonly SourcePart[] }
  | { readonly kind: 'step'; readonly key: string };

/** The parts of a message as they are shown: sources together, and a step only between two things. */
export function sectionsOf(parts: readonly ShownPart[]): readonly Section[] {
  const sections: Section[] = [];
  let step: Section | undefined;
  const push = (section: Section) => {
    if (step && sections.length > 0) sections.push(step);
    step = undefined;
    sections.push(section);
  };
  for (const [at, part] of parts.entries()) {
    const key = part.kind === 'tool' ? `tool-${part.callId}-${at}` : `${part.kind}-${at}`;
    const last = sections.at(-1);
    if (part.kind === 'step') step ??= { kind: 'step', key };
    else if (part.kind === 'source' && last?.kind === 'sources' && !step) {
      sections[sections.length - 1] = { ...last, sources: [...last.sources, part] };
    } else if (part.kind === 'source') push({ kind: 'sources', key, sources: [part] });
    else if (hasContent(part)) push({ kind: 'part', key, part });
  }
  return sections;
}

function hasContent(part: ShownPart): boolean {
  return (
    !(part.kind === 'text' || part.kind === 'reasoning') || part.text !== '' || part.isStreaming
  );
}
