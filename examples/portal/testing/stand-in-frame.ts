/**
 * Stands in for the embedded console: asks for a token, once more after 3 s without one, and keeps
 * what it was sent, so that a test can read it. It says more when a test has it say so.
 */
export const STAND_IN_FRAME = `<!doctype html>
<html lang="en"><title>stand-in</title><p>stand-in</p><script>
  const parentOrigin = new URLSearchParams(location.search).get('parent_origin');
  window.received = [];
  addEventListener('message', ({ data, origin }) => received.push({ data, origin }));
  window.say = (type) => parent.postMessage({ type }, parentOrigin);
  say('zcbot-ready');
  setTimeout(() => received.length > 0 || say('zcbot-ready'), 3000);
</script></html>`;

/** A frame that never says anything. */
export const SILENT_FRAME =
  '<!doctype html><html lang="en"><title>silent</title><p>silent</p></html>';
