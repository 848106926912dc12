import type { DemoTexts } from './scripts.ts';

export const en: DemoTexts = {
  overview: `## This is the demo engine

There is no model behind it: it streams prepared answers, so that you can see how the console behaves. Try one of these words:

- **table** – a table
- **code** – code in two languages
- **long** – a long answer; scroll up while it is written
- **slow** – a slow answer; stop it, or reload the page
- **think** – an answer with its reasoning
- **tools** – an answer with tool steps
- **fail** – an answer that fails, for *Retry*
- **resume** – an answer that goes on by itself even when the server is killed

> Everything you send is stored before it is answered. Reload at any time.
`,
  table: `### A table

| Door | Port | What it is for |
| --- | ---: | --- |
| Console | 8765 | Tasks, answers, files |
| Portal | 3000 | The example platform |
| Proxy | 8080 | Coze from any page |
| Broker | 8081 | Tokens for Coze |

The columns are aligned, and a wide table scrolls by itself on a phone.
`,
  code: `### Two languages

Exchange the platform key on your backend:

\`\`\`ts
const answer = await fetch(\`\${origin}/v1/auth/login\`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ user_id: userId, platform_key: key }),
});
const { token } = await answer.json();
\`\`\`

The same in Python:

\`\`\`python
async with httpx.AsyncClient(timeout=5) as client:
    answer = await client.post(f"{origin}/v1/auth/login", json=body)
answer.raise_for_status()
\`\`\`

Inline code such as \`event.origin\` is set apart, too.
`,
  long: (paragraphs) =>
    Array.from(
      { length: paragraphs },
      (_, i) =>
        `### Part ${i + 1}\n\nThis is part ${i + 1} of ${paragraphs}. A long answer is written to the log piece by piece, and whoever reads it is only a cursor: leave the page, come back, and nothing is missing, nothing is there twice.\n\n- first point of part ${i + 1}\n- second point, with \`code\` and **weight**\n\n`,
    ).join(''),
  slow: 'This answer takes its time. Each word comes after a pause, so that you can stop it, reload the page, close the tab, or let the token expire while it is being written. Whatever you do, the words that were written stay, and the rest follows when you come back.\n',
  beforeFailure: 'This answer begins well, and then the engine fails on purpose.\n',
  failure: 'The demo engine failed because you asked it to. Press Retry, or write something else.',
  reasoning:
    'The user wants to see the reasoning part. First show that thoughts stream before the answer. Then close them, so that the answer stands alone and the thoughts can be opened again.',
  toolIntroduction: 'I will look that up. One of the two steps will fail, on purpose.\n',
  toolConclusion:
    '\nThe search found three documents. The calendar could not be read, and the answer says so instead of guessing.\n',
  toolFailure: 'The calendar is not connected in this demonstration.',
  resumable:
    'This answer survives a crash: kill the server, start it again, and it goes on where it stopped.\n\n',
  continued: 'There was nothing left to add; the answer above is complete.\n',
  echo: (asked) =>
    `You wrote:\n\n${asked
      .split('\n')
      .map((line) => `> ${line}`)
      .join(
        '\n',
      )}\n\nThis is the **demo engine**; no model reads this. Write \`help\` to see what it can show.\n`,
};
