import type {
  Accepted,
  EngineList,
  MessagePage,
  NewMessage,
  NewRun,
  NewTask,
  Task,
  TaskPage,
  TaskPatch,
  User,
} from '@zcbot/protocol/http';
import type { Client, RequestSettings } from './client.ts';

export const MESSAGE_PAGE_SIZE = 30;
export const TASK_PAGE_SIZE = 30;

/** The calls of design §4.2 under their names, one line each. */
export interface Endpoints {
  me(): Promise<User>;
  logout(): Promise<void>;
  engines(): Promise<EngineList>;
  listTasks(
    query: { cursor?: string; q?: string; archived?: boolean },
    signal?: AbortSignal,
  ): Promise<TaskPage>;
  createTask(body: NewTask, settings?: RequestSettings): Promise<Task>;
  getTask(id: string, signal?: AbortSignal): Promise<Task>;
  patchTask(id: string, patch: TaskPatch): Promise<Task>;
  deleteTask(id: string): Promise<void>;
  restoreTask(id: string): Promise<Task>;
  listMessages(
    taskId: string,
    query?: { before?: string; limit?: number },
    signal?: AbortSignal,
  ): Promise<MessagePage>;
  sendMessage(taskId: string, body: NewMessage, settings?: RequestSettings): Promise<Accepted>;
  startRun(taskId: string, body: NewRun): Promise<Accepted>;
  stopRun(runId: string): Promise<void>;
}

export function createEndpoints(client: Client): Endpoints {
  const task = (id: string): string => `/v1/tasks/${encodeURIComponent(id)}`;
  return {
    me: () => client.request('GET', '/v1/auth/me'),
    logout: () => client.request('POST', '/v1/auth/logout', { unauthorized: 'fail' }),
    engines: () => client.request('GET', '/v1/engines'),
    listTasks: ({ cursor, q, archived }, signal) =>
      client.request(
        'GET',
        `/v1/tasks${query({ limit: TASK_PAGE_SIZE, cursor, q, archived: archived || undefined })}`,
        { signal },
      ),
    createTask: (body, settings) => client.request('POST', '/v1/tasks', { ...settings, body }),
    getTask: (id, signal) => client.request('GET', task(id), { signal }),
    patchTask: (id, patch) => client.request('PATCH', task(id), { body: patch }),
    deleteTask: (id) => client.request('DELETE', task(id)),
    restoreTask: (id) => client.request('POST', `${task(id)}/restore`),
    listMessages: (taskId, { before, limit = MESSAGE_PAGE_SIZE } = {}, signal) =>
      client.request('GET', `${task(taskId)}/messages${query({ before, limit })}`, { signal }),
    sendMessage: (taskId, body, settings) =>
      client.request('POST', `${task(taskId)}/messages`, { ...settings, body }),
    startRun: (taskId, body) => client.request('POST', `${task(taskId)}/runs`, { body }),
    stopRun: (runId) => client.request('POST', `/v1/runs/${encodeURIComponent(runId)}/stop`),
  };
}

function query(values: Record<string, string | number | boolean | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
