import type { LanguageFn } from 'highlight.js';
import bash from 'highlight.js/lib/languages/bash';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import go from 'highlight.js/lib/languages/go';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { createLowlight } from 'lowlight';

/** A stretch of code, or several that belong together. */
export type Colored =
  | string
  | { readonly className: string; readonly children: readonly Colored[] };

const LONGEST = 40_000;
const grammars: Readonly<Record<string, LanguageFn>> = {
  bash, css, diff, go, java, javascript, json, python, rust, sql, typescript, xml, yaml,
}; // biome-ignore format: a list
const ALIASES = { json: ['jsonl', 'json5'], bash: ['console', 'terminal'] };

type Lowlight = ReturnType<typeof createLowlight>;
type Nodes = ReturnType<Lowlight['highlight']>['children'];

/** Made when the first code is shown: nobody waits for it who sees none. */
const lowlight = once((): Lowlight => {
  const made = createLowlight(grammars);
  made.registerAlias(ALIASES);
  return made;
});

/** Whether code in this language gets colours. */
export function isColored(language: string, length: number): boolean {
  return length <= LONGEST && lowlight().registered(language);
}

export function highlight(language: string, code: string): readonly Colored[] {
  return colored(lowlight().highlight(language, code, { prefix: 'ait-hl-' }).children);
}

function colored(nodes: Nodes): Colored[] {
  return nodes.flatMap((node): Colored[] => {
    if (node.type === 'text') return [node.value];
    if (node.type !== 'element') return [];
    const names = node.properties.className;
    return [
      { className: Array.isArray(names) ? names.join(' ') : '', children: colored(node.children) },
    ];
  });
}

function once<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
