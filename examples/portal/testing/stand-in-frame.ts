/**
 * Stands in for the embedded console: asks until it has a token, and keeps what it was sent, so
 * that a test can read it. Answers nothing else.
 */
export const STAND_IN_FRAME = `<!doctype html>
<html lang="en"><title>stand-in</title><p>stand-in</p><script>
  const parentOrigin = new URLSearchParams(location.search).get('parent_origin');
  window.received = [];
  addEventListener('message', ({ data, origin }) => received.push({ data, origin }));
  window.say = (type) => parent.postMessage({ type }, parentOrigin);
  say('zcbot-ready');
  const asking = setInterval(() => {
    if (received.length > 0) clearInterval(asking);
    else say('zcbot-ready');
  }, 300);
</script></html>`;

/** A frame that never says anything. */
export const SILENT_FRAME =
  '<!doctype html><html lang="en"><title>silent</title><p>silent</p></html>';
