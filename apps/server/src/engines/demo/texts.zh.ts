import type { DemoTexts } from './scripts.ts';

export const zh: DemoTexts = {
  overview: `## 这是演示引擎

它背后没有模型，只会流式输出事先写好的回答，方便您了解控制台的各种状态。试着输入下面的词：

- **表格** – 一张表格
- **代码** – 两种语言的代码
- **长** – 一段很长的回答，生成时可以向上翻看
- **慢** – 一段很慢的回答，可以停止，也可以刷新页面
- **思考** – 带思考过程的回答
- **工具** – 带工具步骤的回答
- **失败** – 会失败的回答，可以点“重试”
- **续传** – 即使服务器被强行结束也会自动接着写的回答

> 您发送的内容会先保存，再回答。随时可以刷新页面。
`,
  table: `### 一张表格

| 入口 | 端口 | 用途 |
| --- | ---: | --- |
| 控制台 | 8765 | 任务、回答、文件 |
| 门户 | 3000 | 示例平台 |
| 代理 | 8080 | 在任意页面使用扣子 |
| 令牌服务 | 8081 | 为扣子签发令牌 |

各列已对齐；在手机上，较宽的表格可以单独左右滑动。
`,
  code: `### 两种语言

在您的后端用平台密钥换取令牌：

\`\`\`ts
const answer = await fetch(\`\${origin}/v1/auth/login\`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ user_id: userId, platform_key: key }),
});
const { token } = await answer.json();
\`\`\`

用 Python 写也一样：

\`\`\`python
async with httpx.AsyncClient(timeout=5) as client:
    answer = await client.post(f"{origin}/v1/auth/login", json=body)
answer.raise_for_status()
\`\`\`

行内代码（例如 \`event.origin\`）也会突出显示。
`,
  long: (paragraphs) =>
    Array.from(
      { length: paragraphs },
      (_, i) =>
        `### 第 ${i + 1} 部分\n\n这是第 ${i + 1} 部分，共 ${paragraphs} 部分。长回答会一段一段写进日志，阅读者只是日志上的一个游标：离开页面再回来，内容不会少，也不会重复。\n\n- 第 ${i + 1} 部分的第一点\n- 第二点，包含 \`代码\` 和**加粗**\n\n`,
    ).join(''),
  slow: '这段回答写得很慢。每个词之间都会停顿一下，您可以在这期间停止它、刷新页面、关闭标签页，或者让令牌过期。无论怎样，已经写出的内容都会保留，等您回来时，剩下的会接着出现。\n',
  beforeFailure: '这段回答开头一切正常，随后引擎会故意失败。\n',
  failure: '演示引擎按您的要求失败了。请点“重试”，或者换一句话。',
  reasoning:
    '用户想看思考过程。先展示思考内容会在回答之前流式出现，然后把它收起，让回答独立显示，之后仍可展开查看。',
  toolIntroduction: '我来查一下。两个步骤中有一个会故意失败。\n',
  toolConclusion: '\n搜索找到了三份文档。日历没能读取，所以回答如实说明，而不是猜测。\n',
  toolFailure: '演示中没有连接日历。',
  resumable: '这段回答经得起崩溃：强行结束服务器再启动，它会从停下的地方接着写。\n\n',
  continued: '没有更多内容了，上面的回答已经完整。\n',
  echo: (asked) =>
    `您写的是：\n\n${asked
      .split('\n')
      .map((line) => `> ${line}`)
      .join(
        '\n',
      )}\n\n这里是**演示引擎**,没有模型会读到这些内容。输入“帮助”可以看到它能演示什么。\n`,
};
