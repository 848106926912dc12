/** The placeholders in place of the console when the parent page may not embed it. */
import { html } from 'hono/html';
import type { Notice } from './notice.ts';
import type { ParentFault } from './parent-origin.ts';

const SAMPLE = '/static/dev.html?embed=1&parent_origin=https://portal.example.com';

/** `claim` is shown, and trusted for nothing. */
export function parentFaultNotice(fault: ParentFault, claim: string | undefined): Notice {
  const shown = claim === undefined ? '' : claim.length > 200 ? `${claim.slice(0, 200)}…` : claim;
  const code = html`<bdi><code>${shown}</code></bdi>`;
  switch (fault) {
    case 'missing_parent_origin':
      return {
        code: fault,
        status: 400,
        zh: {
          title: 'embed 模式缺少 parent_origin 参数',
          body: html`<p>请在 iframe 地址中加上平台页面的 origin（协议 + 主机 + 端口）：</p>
            <pre>${SAMPLE}</pre>`,
        },
        en: {
          title: 'The parent_origin parameter is missing',
          body: html`<p>
              Add the origin of the platform page (scheme, host and port) to the address of the
              iframe:
            </p>
            <pre>${SAMPLE}</pre>`,
        },
      };
    case 'malformed_parent_origin':
      return {
        code: fault,
        status: 400,
        zh: {
          title: 'parent_origin 参数格式不正确',
          body: html`<p>收到的值：${code}</p>
            <p>
              必须恰好是一个 origin，例如
              <code>https://portal.example.com</code
              >：只含协议、主机和非默认端口，全部小写，末尾没有斜杠，不能是 <code>null</code> 或
              <code>*</code>，并且只出现一次。在平台页面的控制台里，
              <code>location.origin</code> 就是这个值。
            </p>`,
        },
        en: {
          title: 'The parent_origin parameter is malformed',
          body: html`<p>Received: ${code}</p>
            <p>
              It must be exactly one origin, such as <code>https://portal.example.com</code>:
              scheme, host and a port other than the default, in lower case, without a slash at the
              end; not <code>null</code> or <code>*</code>; and named once. On the platform page,
              <code>location.origin</code> gives it.
            </p>`,
        },
      };
    case 'unregistered_parent_origin':
      return {
        code: fault,
        status: 403,
        zh: {
          title: '该平台的 origin 未登记，不能嵌入',
          body: html`<p>页面自称来自：${code}</p>
            <p>
              如果这是您的平台，请让 zcbot 的运维人员把它加入服务端环境变量
              <code>ZCBOT_PARENT_ORIGINS</code>（多个用逗号分隔），然后重启 zcbot：
            </p>
            <pre>ZCBOT_PARENT_ORIGINS=${shown}</pre>
            <p>只接受 https；http 仅限本机回环地址。比较时逐字符相等，不支持通配符。</p>`,
        },
        en: {
          title: 'The origin of this platform is not registered',
          body: html`<p>The page says it is: ${code}</p>
            <p>
              If this is your platform, have the operator of zcbot add it to the server’s
              environment variable <code>ZCBOT_PARENT_ORIGINS</code> (separated by commas) and
              restart zcbot:
            </p>
            <pre>ZCBOT_PARENT_ORIGINS=${shown}</pre>
            <p>
              It has to be https; http is for loopback only. Origins are compared character by
              character, without wildcards.
            </p>`,
        },
      };
  }
}
