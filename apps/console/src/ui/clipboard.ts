/**
 * Copies text; false when the browser allows neither way. An embedded frame has the Clipboard API
 * only if its parent delegates `clipboard-write`; copying a selection needs no delegation.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelection(text);
  }
}

function copySelection(text: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.className = 'visually-hidden';
  // The class keeps one line; copied with it, lines would lose the spaces they begin with.
  field.style.whiteSpace = 'pre';
  // A dialog makes everything outside itself inert, so the field has to lie inside it.
  (document.querySelector('dialog[open]') ?? document.body).append(field);
  field.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    field.remove();
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }
}
