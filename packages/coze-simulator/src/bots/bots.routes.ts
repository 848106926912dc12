import { DEFAULT_CONNECTOR } from '../state/simulator-state.ts';
import { queryOf, type Call, type Route } from '../server/call.ts';
import { SimulatedError } from '../server/simulated-error.ts';

function botInfo(call: Call, botId: string): object {
  const { state, owner, url } = call;
  if (botId === '') throw new SimulatedError(4000, 'bot_id is required');
  const connectorId = url.searchParams.get('connector_id') ?? DEFAULT_CONNECTOR;
  const bot = state.bots.find(owner, botId, connectorId, 4200);
  return {
    data: {
      bot_id: bot.id,
      name: bot.name,
      description: bot.description ?? '',
      icon_url: '',
      create_time: state.startedAt,
      update_time: state.startedAt,
      version: '1',
      prompt_info: { prompt: '' },
      onboarding_info: {
        prologue: bot.prologue ?? '',
        suggested_questions: bot.suggestedQuestions ?? [],
      },
      bot_mode: 0,
      plugin_info_list: [],
      model_info: { model_id: '0', model_name: 'simulator' },
      shortcut_commands: [],
    },
  };
}

export const botRoutes: Route[] = [
  {
    method: 'GET',
    path: '/v1/bot/get_online_info',
    auth: 'token',
    handle: (call) => botInfo(call, queryOf(call, 'bot_id')),
  },
  {
    method: 'GET',
    path: '/v1/bots/{bot_id}',
    auth: 'token',
    handle: (call) => botInfo(call, call.parameters.bot_id ?? ''),
  },
  {
    method: 'GET',
    path: '/v1/users/me',
    auth: 'token',
    handle: ({ owner }) => ({
      data: {
        user_id: owner.clientId ?? '7000000000000000000',
        user_name: 'simulator',
        nick_name: 'Coze 模拟器 · Simulator',
        avatar_url: '',
      },
    }),
  },
];
