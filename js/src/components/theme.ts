import { useSyncExternalStore } from 'react';

export type Theme = 'light' | 'dark';

/** What the surroundings say of themselves: JupyterLab, VS Code or Colab; else what the person's system says. */
export function themeOf(document: Document): Theme {
  const { body, documentElement } = document;
  const isJupyterLight = body.dataset.jpThemeLight;
  if (isJupyterLight !== undefined) return isJupyterLight === 'false' ? 'dark' : 'light';
  const kind = body.dataset.vscodeThemeKind ?? body.className;
  if (/\bvscode-(high-contrast-)?light\b/.test(kind)) return 'light';
  if (/\bvscode-(dark|high-contrast)\b/.test(kind)) return 'dark';
  const named = documentElement.getAttribute('theme') ?? documentElement.dataset.theme;
  if (named === 'dark' || named === 'light') return named;
  return darkScheme(document)?.matches ? 'dark' : 'light';
}

/** Calls back whenever the surroundings may have changed; returns how to stop that. */
export function watchTheme(document: Document, onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  const attributeFilter = ['data-jp-theme-light', 'data-vscode-theme-kind', 'class', 'theme'];
  observer.observe(document.body, { attributeFilter });
  observer.observe(document.documentElement, {
    attributeFilter: [...attributeFilter, 'data-theme'],
  });
  const scheme = darkScheme(document);
  scheme?.addEventListener('change', onChange);
  return () => {
    observer.disconnect();
    scheme?.removeEventListener('change', onChange);
  };
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => themeOf(document));
}

function subscribe(onChange: () => void): () => void {
  return watchTheme(document, onChange);
}

function darkScheme(document: Document): MediaQueryList | undefined {
  return document.defaultView?.matchMedia('(prefers-color-scheme: dark)');
}
