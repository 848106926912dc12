import { z } from 'zod';
import { CozeError } from '../errors/coze-error.ts';
import type { Caller } from './caller.ts';
import { toBot, WireBot } from './client.schema.ts';
import type { Bot, CallOptions } from './client-types.ts';

const Envelope = z.looseObject({ data: WireBot });

/**
 * By the current path, then by the older one, which some tokens and older servers still need. Both
 * failing, the first tells more, unless the second says that the bot is not published.
 */
export async function retrieveBot(
  caller: Caller,
  botId: string,
  connectorId: string,
  options: CallOptions,
): Promise<Bot> {
  try {
    const current = { method: 'GET', path: `/v1/bots/${encodeURIComponent(botId)}` } as const;
    return toBot((await caller.json(current, Envelope, options)).data, botId);
  } catch (error) {
    if (!(error instanceof CozeError) || !WORTH_THE_OLDER_PATH.has(error.kind)) throw error;
    const query = { bot_id: botId, connector_id: connectorId };
    const older = { method: 'GET', path: '/v1/bot/get_online_info', query } as const;
    try {
      return toBot((await caller.json(older, Envelope, options)).data, botId);
    } catch (second) {
      const better = second instanceof CozeError && second.kind === 'bot_not_published';
      throw better || !(second instanceof CozeError) ? second : error;
    }
  }
}

const WORTH_THE_OLDER_PATH = new Set([
  'not_found',
  'forbidden',
  'bad_request',
  'unexpected_answer',
  'bot_not_published',
]);
