/**
 * For tests: every route of the server, and who may call it. A new route is entered here, or
 * authorisation.test.ts fails.
 */
import { randomUUID } from 'node:crypto';
import type { Accepted, Session, Task } from '@zcbot/protocol/http';
import type { Call, TestServer } from './server.ts';

/** One user with something of everything. All that they wrote holds the canary. */
export interface Resources {
  session: Session;
  canary: string;
  taskId: string;
  messageId: string;
  /** A run that has ended. */
  runId: string;
  deletedTaskId: string;
}

export type RouteCall = Call & { path: string };

export interface PrivateRoute {
  /** How to call it on the resources of a user. */
  call(of: Resources): RouteCall;
  /** What the owner of the resources gets. */
  owner: number;
  /** What another user gets: nothing, or what is theirs, the canary never in it. */
  other: 404 | { status: number; body?: (body: unknown, other: Resources) => boolean };
}

export interface PublicRoute {
  /** Why it needs no token. */
  reason: string;
  call(server: TestServer): RouteCall;
  statuses: readonly number[];
}

const ownList = (body: unknown): boolean =>
  JSON.stringify(body) === '{"items":[],"next_cursor":null}';

export const PRIVATE_ROUTES: Record<string, PrivateRoute> = {
  'GET /v1/auth/me': {
    call: () => ({ path: '/v1/auth/me' }),
    owner: 200,
    other: {
      status: 200,
      body: (body, { session }) => (body as { user_id: string }).user_id === session.user_id,
    },
  },
  'POST /v1/auth/logout': {
    call: () => ({ method: 'POST', path: '/v1/auth/logout' }),
    owner: 204,
    other: { status: 204 },
  },
  'GET /v1/engines': {
    call: () => ({ path: '/v1/engines' }),
    owner: 200,
    other: { status: 200 },
  },
  'GET /v1/tasks': {
    call: ({ canary }) => ({ path: `/v1/tasks?q=${canary}` }),
    owner: 200,
    other: { status: 200, body: ownList },
  },
  'POST /v1/tasks': {
    call: () => ({ path: '/v1/tasks', body: { title: 'new' } }),
    owner: 201,
    other: { status: 201 },
  },
  'GET /v1/tasks/:task_id': {
    call: ({ taskId }) => ({ path: `/v1/tasks/${taskId}` }),
    owner: 200,
    other: 404,
  },
  'PATCH /v1/tasks/:task_id': {
    call: ({ taskId, canary, messageId }) => ({
      method: 'PATCH',
      path: `/v1/tasks/${taskId}`,
      body: { title: `${canary} renamed`, archived: true, read_through: messageId },
    }),
    owner: 200,
    other: 404,
  },
  'DELETE /v1/tasks/:task_id': {
    call: ({ taskId }) => ({ method: 'DELETE', path: `/v1/tasks/${taskId}` }),
    owner: 204,
    other: 404,
  },
  'POST /v1/tasks/:task_id/restore': {
    call: ({ deletedTaskId }) => ({
      method: 'POST',
      path: `/v1/tasks/${deletedTaskId}/restore`,
    }),
    owner: 200,
    other: 404,
  },
  'GET /v1/tasks/:task_id/messages': {
    call: ({ taskId }) => ({ path: `/v1/tasks/${taskId}/messages` }),
    owner: 200,
    other: 404,
  },
  'POST /v1/tasks/:task_id/messages': {
    call: ({ taskId, canary }) => ({
      path: `/v1/tasks/${taskId}/messages`,
      body: { id: randomUUID(), text: canary },
    }),
    owner: 202,
    other: 404,
  },
  'POST /v1/tasks/:task_id/runs': {
    call: ({ taskId, runId }) => ({
      path: `/v1/tasks/${taskId}/runs`,
      body: { id: randomUUID(), mode: 'retry', run_id: runId },
    }),
    owner: 202,
    other: 404,
  },
  'POST /v1/runs/:run_id/stop': {
    call: ({ runId }) => ({ method: 'POST', path: `/v1/runs/${runId}/stop` }),
    owner: 202,
    other: 404,
  },
  'GET /v1/runs/:run_id/events': {
    call: ({ runId }) => ({ path: `/v1/runs/${runId}/events` }),
    owner: 200,
    other: 404,
  },
  'GET /v1/events': {
    call: ({ runId }) => ({ path: `/v1/events?run=${runId}` }),
    owner: 200,
    other: 404,
  },
};

export const PUBLIC_ROUTES: Record<string, PublicRoute> = {
  'POST /v1/auth/login': {
    reason: 'it is how one gets a token; it asks for the platform key or a password',
    call: ({ settings }) => ({
      path: '/v1/auth/login',
      body: { user_id: randomUUID(), platform_key: settings.platformKey },
    }),
    statuses: [200],
  },
  'POST /v1/auth/revoke': {
    reason: 'the platform’s backend calls it; it asks for the platform key',
    call: ({ settings }) => ({
      path: '/v1/auth/revoke',
      body: { user_id: randomUUID(), platform_key: settings.platformKey },
    }),
    statuses: [204],
  },
  'GET /v1/openapi.json': {
    reason: 'it describes the interface, and holds nobody’s data',
    call: () => ({ path: '/v1/openapi.json' }),
    statuses: [200],
  },
  'GET /docs': {
    reason: 'it shows the same description to people',
    call: () => ({ path: '/docs' }),
    statuses: [200],
  },
  'GET /healthz': {
    reason: 'supervisors ask it; it tells only that the server runs',
    call: () => ({ path: '/healthz' }),
    statuses: [200],
  },
  'GET /readyz': {
    reason: 'load balancers ask it; it tells only whether to send requests',
    call: () => ({ path: '/readyz' }),
    statuses: [200],
  },
  'GET /metrics': {
    reason: 'Prometheus asks it, from nearby addresses only; it holds counts',
    call: () => ({ path: '/metrics' }),
    statuses: [200],
  },
  'GET /': {
    reason: 'the page on which one signs in',
    call: () => ({ path: '/' }),
    // 503 as long as nobody has built the console.
    statuses: [200, 503],
  },
  'GET /static/dev.html': {
    reason: 'the page that other pages embed; its token comes by message',
    call: ({ url }) => ({ path: `/static/dev.html?embed=1&parent_origin=${url}` }),
    statuses: [200, 503],
  },
  'GET /assets/*': {
    reason: 'scripts and styles of the pages',
    call: () => ({ path: '/assets/none.js' }),
    statuses: [404],
  },
};

/** A user who has just signed in, with a task, a message, a run that has ended, and a deleted task. */
export async function makeResources(server: TestServer): Promise<Resources> {
  const canary = `canary${randomUUID().replaceAll('-', '')}`;
  const session = await server.logIn();
  const { token } = session;
  const send = async <T>(path: string, body: unknown): Promise<T> => {
    const response = await server.call(path, { token, body });
    if (!response.ok) throw new Error(`${path} gave ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  const task = await send<Task>('/v1/tasks', { title: canary });
  const messageId = randomUUID();
  const { run_id } = await send<Accepted>(`/v1/tasks/${task.id}/messages`, {
    id: messageId,
    text: canary,
  });
  // The stream of a run ends with it.
  await (await server.call(`/v1/runs/${run_id}/events`, { token })).text();
  const deleted = await send<Task>('/v1/tasks', { title: canary });
  await server.call(`/v1/tasks/${deleted.id}`, { method: 'DELETE', token });
  return { session, canary, taskId: task.id, messageId, runId: run_id, deletedTaskId: deleted.id };
}
