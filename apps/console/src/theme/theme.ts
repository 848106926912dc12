import { signal } from '@preact/signals';
import type { KeyValueStorage } from '../storage/storage.ts';

export type Theme = 'auto' | 'light' | 'dark';

export const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];
export const THEME_KEY = 'zcbot.theme';

export const theme = signal<Theme>('auto');

/** Order: the address (`theme=`), the remembered choice, the system's. */
export function chooseTheme(requested: string | null, remembered: string | null): Theme {
  return (
    THEMES.find((known) => known === requested) ??
    THEMES.find((known) => known === remembered) ??
    'auto'
  );
}

export function rememberTheme(storage: KeyValueStorage, chosen: Theme): void {
  theme.value = chosen;
  storage.set(THEME_KEY, chosen);
}
