/**
 * The two streams. They are written on the raw response for the sake of back-pressure; Hono is told
 * that the answer has been sent.
 */
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { createRoute, z } from '@hono/zod-openapi';
import { parseEventId } from '@zcbot/protocol/run-events';
import { RunEventsQuery, TabEventsQuery, uuid } from '@zcbot/protocol/http';
import type { Context } from 'hono';
import { problems } from '../http/answers.ts';
import type { Api, Environment } from '../http/context.ts';
import { ProblemError } from '../http/problem.ts';
import { STREAM_HEADERS } from './event-stream.ts';
import type { EventsService } from './events.service.ts';

const stream = {
  description: 'Server-sent events',
  content: { 'text/event-stream': { schema: z.string() } },
};
const tags = ['events'];

const runEvents = createRoute({
  method: 'get',
  path: '/v1/runs/{run_id}/events',
  tags,
  summary: 'A run’s events: replay after the cursor, then live; ends after the terminal event',
  request: { params: z.object({ run_id: uuid }), query: RunEventsQuery },
  responses: { 200: stream, ...problems(400, 401, 404, 429) },
});
const tabEvents = createRoute({
  method: 'get',
  path: '/v1/events',
  tags,
  summary: 'The one stream of a console tab: changes of tasks, and the events of the open run',
  request: { query: TabEventsQuery },
  responses: { 200: stream, ...problems(400, 401, 404, 429) },
});

export function registerEventRoutes(api: Api, { events }: { events: EventsService }): void {
  api.openapi(runEvents, async (c) => {
    const { run_id } = c.req.valid('param');
    const after = resumePoint(c.req.header('Last-Event-ID'), run_id) ?? c.req.valid('query').after;
    await events.followRun(c.var.actor, c.env.outgoing, { id: run_id, after });
    return opened(c);
  });
  api.openapi(tabEvents, async (c) => {
    const { run, after } = c.req.valid('query');
    const cursor =
      run === undefined
        ? undefined
        : { id: run, after: resumePoint(c.req.header('Last-Event-ID'), run) ?? after };
    await events.followTab(c.var.actor, c.env.outgoing, cursor);
    return opened(c);
  });
}

function opened(c: Context<Environment>): Response {
  return c.req.method === 'HEAD' ? c.body(null, 200, STREAM_HEADERS) : RESPONSE_ALREADY_SENT;
}

/** The seq in `Last-Event-ID`, which wins over the query because a reconnecting reader sends it. */
function resumePoint(lastEventId: string | undefined, runId: string): number | undefined {
  if (lastEventId === undefined || lastEventId === '') return undefined;
  const parsed = parseEventId(lastEventId);
  if (parsed?.runId !== runId) {
    throw new ProblemError(
      'foreign_event_id',
      `Last-Event-ID must be "${runId}:<seq>" for this run.`,
    );
  }
  return parsed.seq;
}
