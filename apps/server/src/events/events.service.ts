import type { ServerResponse } from 'node:http';
import type { Actor } from '../http/context.ts';
import { notFound } from '../http/problem.ts';
import type { RunStore } from '../runs/runs.store.ts';
import type { TaskStore } from '../tasks/tasks.store.ts';
import type { Streams } from './streams.ts';

interface RunCursor {
  id: string;
  after: number;
}

export function createEventsService(parts: {
  runs: Pick<RunStore, 'find'>;
  tasks: Pick<TaskStore, 'changeHead'>;
  streams: Streams;
}) {
  async function locate(actor: Actor, { id, after }: RunCursor) {
    const run = await parts.runs.find(actor, id);
    if (!run) throw notFound('run');
    return { id, after, exhausted: run.ended && after >= run.headSeq };
  }
  return {
    async followRun(actor: Actor, response: ServerResponse, cursor: RunCursor): Promise<void> {
      parts.streams.open(actor, response, { run: await locate(actor, cursor) });
    },

    async followTab(actor: Actor, response: ServerResponse, cursor?: RunCursor): Promise<void> {
      const run = cursor && (await locate(actor, cursor));
      const tasksAfter = await parts.tasks.changeHead(actor);
      parts.streams.open(actor, response, { tasksAfter, ...(run ? { run } : {}) });
    },
  };
}

export type EventsService = ReturnType<typeof createEventsService>;
