import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { queryOf, textOf, type Call, type Route } from '../server/call.ts';
import { SimulatedError } from '../server/simulated-error.ts';
import type { StoredConversation } from '../state/conversations.ts';
import { languageOf, type Asked } from './answer.ts';
import { readChatBody, type ChatRequest } from './chat-body.ts';
import { ChatRun } from './chat-run.ts';
import { play, resume } from './play.ts';
import { readScenario } from './scenario.ts';
import { streamRun } from './sse.ts';

const HTML = '<!doctype html><title>502</title><h1>502 Bad Gateway</h1><p>simulated</p>';

async function chat(call: Call): Promise<object | undefined> {
  const { state, owner, response } = call;
  const request = readChatBody(call);
  const scenario = readScenario(request.question);
  if (scenario.slowHeadMs > 0) await sleep(scenario.slowHeadMs);
  if (scenario.refusal) throw scenario.refusal;
  if (scenario.html) {
    response.writeHead(502, { 'content-type': 'text/html' }).end(HTML);
    return undefined;
  }
  state.bots.find(owner, request.botId, request.connectorId, 4006);
  for (const fileId of request.fileIds) state.files.find(owner, fileId);
  const conversation = conversationOf(call, request);
  if (state.runs.active(conversation.id)) throw new SimulatedError(4016);
  const run = new ChatRun({
    conversation,
    botId: request.botId,
    createdAt: state.nowSeconds(),
    metaData: request.metaData,
  });
  state.runs.add(run);
  const asked = remember(call, request, run);
  void play({ state, run, asked, resumed: false });
  if (!request.stream) return { data: run.toWire() };
  await streamRun(response, run, { from: 0, scenario });
  return undefined;
}

function conversationOf(call: Call, { botId, connectorId }: ChatRequest): StoredConversation {
  const { state, owner } = call;
  const id = queryOf(call, 'conversation_id') || textOf(call, 'conversation_id');
  const place = { botId, connectorId };
  return id === ''
    ? state.conversations.create(owner, place)
    : state.conversations.findForChat(owner, id, place);
}

/** Stores what was asked, and counts it. */
function remember({ state, owner }: Call, request: ChatRequest, run: ChatRun): Asked {
  const { conversation, id: chat_id, botId: bot_id } = run;
  const before = conversation.messages.filter(({ type }) => type === 'question').length;
  if (request.saveHistory) {
    for (const message of request.messages) {
      state.conversations.add(conversation, { ...message, chat_id, bot_id });
    }
  }
  const asked = request.messages.filter(({ type }) => type === 'question').length;
  return {
    question: request.question,
    language: languageOf(request.question),
    ordinal: before + Math.max(asked, 1),
    sessionName: owner.sessionName,
    files: request.fileIds.length,
    scenario: readScenario(request.question),
  };
}

const Outputs = z.array(z.looseObject({ tool_call_id: z.string(), output: z.string() })).min(1);

async function submitToolOutputs(call: Call): Promise<object | undefined> {
  const { state, owner, body } = call;
  const run = runOf(call, queryOf(call, 'conversation_id'), queryOf(call, 'chat_id'));
  if (run.status !== 'requires_action') throw new SimulatedError(4000, 'No action is required');
  const outputs = Outputs.safeParse(body.tool_outputs);
  const wanted = run.toolCalls.map(({ id }) => id);
  const given = outputs.success ? outputs.data.map((output) => output.tool_call_id) : [];
  if (!outputs.success || wanted.some((id) => !given.includes(id))) {
    throw new SimulatedError(4000, 'tool_outputs must answer every tool_call');
  }
  const question =
    run.conversation.messages.findLast(
      (message) => message.chat_id === run.id && message.type === 'question',
    )?.content ?? '';
  const scenario = { ...readScenario(question), ending: 'completed' as const };
  const from = run.frames.length;
  const asked: Asked = {
    question,
    language: languageOf(question),
    ordinal: 1,
    sessionName: owner.sessionName,
    files: 0,
    scenario,
  };
  run.status = 'in_progress';
  void resume(
    { state, run, asked },
    outputs.data.map(({ output }) => output),
  );
  if (body.stream !== true) return { data: run.toWire() };
  await streamRun(call.response, run, { from, scenario });
  return undefined;
}

function cancel(call: Call): object {
  const run = runOf(call, textOf(call, 'conversation_id'), textOf(call, 'chat_id'));
  if (!run.isActive && run.status !== 'requires_action') throw new SimulatedError(4104);
  run.emitChat('canceled', call.state.nowSeconds());
  run.ending.abort();
  return { data: run.toWire() };
}

function retrieve(call: Call): object {
  return { data: runOf(call, queryOf(call, 'conversation_id'), queryOf(call, 'chat_id')).toWire() };
}

function runOf({ state, owner }: Call, conversationId: string, chatId: string): ChatRun {
  if (conversationId === '' || chatId === '') {
    throw new SimulatedError(4000, 'conversation_id and chat_id are required');
  }
  return state.runs.find(owner, chatId, conversationId);
}

export const chatRoutes: Route[] = [
  { method: 'POST', path: '/v3/chat', auth: 'token', handle: chat },
  { method: 'POST', path: '/v3/chat/cancel', auth: 'token', handle: cancel },
  // Documented as GET; Coze's own SDK posts.
  { method: 'GET', path: '/v3/chat/retrieve', auth: 'token', handle: retrieve },
  { method: 'POST', path: '/v3/chat/retrieve', auth: 'token', handle: retrieve },
  {
    method: 'POST',
    path: '/v3/chat/submit_tool_outputs',
    auth: 'token',
    handle: submitToolOutputs,
  },
  {
    method: 'GET',
    path: '/v3/chat/message/list',
    auth: 'token',
    handle: (call) => ({
      data: runOf(call, queryOf(call, 'conversation_id'), queryOf(call, 'chat_id')).messages,
    }),
  },
];
