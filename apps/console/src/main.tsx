import { effect } from '@preact/signals';
import { render } from 'preact';
import { createApp } from './app.ts';
import { chooseLanguage, language, LANGUAGE_KEY } from './i18n/i18n.ts';
import { bridge, launch } from './handshake.ts';
import { Root } from './shell/Root.tsx';
import { createStorage } from './storage/storage.ts';
import { chooseTheme, theme, THEME_KEY } from './theme/theme.ts';
import { followVisibleArea } from './ui/media.ts';

const storage = createStorage(() => window.localStorage);

theme.value = chooseTheme(launch.theme, storage.get(THEME_KEY));
language.value = chooseLanguage(launch.language, storage.get(LANGUAGE_KEY), navigator.languages);
effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
  document.documentElement.lang = language.value;
});
followVisibleArea(document.documentElement, window.visualViewport);

const app = createApp(launch, bridge, storage);
render(<Root app={app} />, document.getElementById('app')!);
