/** Playwright's global set-up: fetches the official SDK once, before the workers need it. */
import { fetchChatSdk } from '@zcbot/coze-simulator/testing/chat-sdk';

export default async function fetchSdkPackages(): Promise<void> {
  await fetchChatSdk();
}
