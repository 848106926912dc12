/** Language and appearance: kept in a cookie, because the server renders the page by them. */
const YEAR_SECONDS = 31_536_000;

function keep(name, value) {
  document.cookie = `${name}=${value}; Path=/; SameSite=Lax; Max-Age=${YEAR_SECONDS}`;
  // The frame learns both from its address, so it is opened anew together with the page.
  location.reload();
}

for (const button of document.querySelectorAll('[data-set-language]')) {
  button.addEventListener('click', () => keep('portal_language', button.dataset.setLanguage));
}
for (const select of document.querySelectorAll('[data-set-theme]')) {
  select.value = document.documentElement.dataset.theme;
  select.addEventListener('change', () => keep('portal_theme', select.value));
}
