import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Segments } from '../parts/Segments.tsx';

/** `public/theme.js` reads it before the first paint. */
const STORED = 'tollgate.theme';
const themes = ['system', 'light', 'dark'];

export function ThemeSwitch(): JSX.Element {
  const [theme, setTheme] = useState(() => document.documentElement.dataset['theme'] ?? 'system');
  const choose = (chosen: string): void => {
    setTheme(chosen);
    if (chosen === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = chosen;
    try {
      if (chosen === 'system') localStorage.removeItem(STORED);
      else localStorage.setItem(STORED, chosen);
    } catch {
      // Then it holds until the page is closed.
    }
  };
  return (
    <Segments
      label="Theme"
      value={theme}
      options={themes.map((value) => ({ value, label: value }))}
      onChange={choose}
    />
  );
}
