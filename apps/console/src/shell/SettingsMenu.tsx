import { useSignal } from '@preact/signals';
import { language, LANGUAGES, rememberLanguage, t, type Language } from '../i18n/i18n.ts';
import { rememberTheme, theme, THEMES } from '../theme/theme.ts';
import { Icon } from '../ui/Icon.tsx';
import { Menu, MenuItem } from '../ui/Menu.tsx';
import { useApp } from './context.ts';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';

/** Language, appearance, the list of shortcuts and, on its own, signing out. */
export function SettingsMenu({ onSignOut }: { onSignOut?: (() => void) | undefined }) {
  const { storage } = useApp();
  const help = useSignal(false);
  return (
    <>
      <Menu label={t('settings.label')} icon={<Icon name="settings" />} testId="settings">
        {(close) => (
          <>
            <p class="menu-title">{t('settings.language')}</p>
            {(Object.keys(LANGUAGES) as Language[]).map((tag) => (
              <MenuItem
                key={tag}
                checked={language.value === tag}
                icon={language.value === tag && <Icon name="check" />}
                onSelect={() => {
                  rememberLanguage(storage, tag);
                  close();
                }}
              >
                <span lang={tag}>{LANGUAGES[tag].name}</span>
              </MenuItem>
            ))}
            <p class="menu-title">{t('settings.theme')}</p>
            {THEMES.map((name) => (
              <MenuItem
                key={name}
                checked={theme.value === name}
                icon={theme.value === name && <Icon name="check" />}
                onSelect={() => {
                  rememberTheme(storage, name);
                  close();
                }}
              >
                {t(`settings.theme.${name}`)}
              </MenuItem>
            ))}
            <hr />
            <MenuItem
              onSelect={() => {
                close();
                help.value = true;
              }}
            >
              {t('settings.shortcuts')}
            </MenuItem>
            {onSignOut && (
              <MenuItem icon={<Icon name="logout" />} onSelect={onSignOut}>
                {t('login.logout')}
              </MenuItem>
            )}
          </>
        )}
      </Menu>
      {help.value && <ShortcutsDialog onClose={() => (help.value = false)} />}
    </>
  );
}
