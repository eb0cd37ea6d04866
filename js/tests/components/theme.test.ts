// @vitest-environment happy-dom
import { afterEach, describe, expect, test, vi } from 'vitest';
import { themeOf, watchTheme } from '../../src/components/theme';

afterEach(() => {
  delete document.body.dataset.jpThemeLight;
  delete document.body.dataset.vscodeThemeKind;
  document.body.className = '';
  document.documentElement.removeAttribute('theme');
  vi.restoreAllMocks();
});

function systemIs(isDark: boolean): void {
  vi.spyOn(window, 'matchMedia').mockReturnValue({
    matches: isDark,
    addEventListener: () => {},
    removeEventListener: () => {},
  } as unknown as MediaQueryList);
}

describe('the theme', () => {
  test.each([
    ['true', 'light'],
    ['false', 'dark'],
  ])('is that of JupyterLab, whatever the system has (%s)', (isLight, theme) => {
    systemIs(theme === 'light');
    document.body.dataset.jpThemeLight = isLight;
    expect(themeOf(document)).toBe(theme);
  });

  test.each([
    ['vscode-dark', 'dark'],
    ['vscode-light', 'light'],
    ['vscode-high-contrast', 'dark'],
    ['vscode-high-contrast-light', 'light'],
  ])('is that of VS Code (%s)', (kind, theme) => {
    systemIs(theme === 'light');
    document.body.dataset.vscodeThemeKind = kind;
    expect(themeOf(document)).toBe(theme);
    delete document.body.dataset.vscodeThemeKind;
    document.body.className = `some ${kind} other`;
    expect(themeOf(document)).toBe(theme);
  });

  test('is that of the page, and then that of the system', () => {
    systemIs(true);
    expect(themeOf(document)).toBe('dark');
    document.documentElement.setAttribute('theme', 'light');
    expect(themeOf(document)).toBe('light');
  });

  test('is watched until one stops', async () => {
    systemIs(false);
    const onChange = vi.fn();
    const stop = watchTheme(document, onChange);
    document.body.dataset.jpThemeLight = 'false';
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(1));
    stop();
    document.body.dataset.jpThemeLight = 'true';
    await new Promise((done) => setTimeout(done, 20));
    expect(onChange).toHaveBeenCalledTimes(1);
  });
});
