/** How browser tests start Chromium; scripts/setup.mjs has seen to it that there is one. */
import { systemChromium } from '../../scripts/setup/browser.mjs';

/**
 * Launch options for Playwright. Without a system Chromium, Playwright takes its own download.
 * Root cannot use Chromium's sandbox, and containers often lack what it needs.
 */
export function chromiumLaunch(): { executablePath?: string; args: string[] } {
  const executablePath = systemChromium();
  return { ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox'] };
}
