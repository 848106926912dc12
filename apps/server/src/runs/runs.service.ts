import type { Accepted, NewRun } from '@zcbot/protocol/http';
import type { Hub } from '../events/hub.ts';
import type { Actor } from '../http/context.ts';
import { notFound, ProblemError } from '../http/problem.ts';
import type { Runner } from './runner.ts';
import type { RunStore } from './runs.store.ts';

export function createRunService(parts: { store: RunStore; runner: Runner; hub: Hub }) {
  const { store, runner, hub } = parts;

  async function stopAll(
    actor: Actor,
    which: { runId: string } | { taskId: string },
  ): Promise<void> {
    for (const runId of await store.requestStop(actor, which)) {
      runner.stop(runId);
      hub.publish(`run:${runId}`);
    }
    hub.publish(`user:${actor.userId}`);
  }

  return {
    async stop(actor: Actor, runId: string): Promise<void> {
      if (!(await store.find(actor, runId))) throw notFound('run');
      await stopAll(actor, { runId });
    },

    stopTask(actor: Actor, taskId: string): Promise<void> {
      return stopAll(actor, { taskId });
    },

    async again(actor: Actor, taskId: string, input: NewRun): Promise<Accepted> {
      const requested = await store.requestAgain(actor, taskId, {
        requestId: input.id,
        mode: input.mode,
        parentRunId: input.run_id,
      });
      switch (requested.outcome) {
        case 'unknown':
          throw notFound('task or run');
        case 'reused':
          throw new ProblemError(
            'run_id_reused',
            'This id was used for another request. Make a new id.',
          );
        case 'not_repeatable':
          throw new ProblemError(
            'run_not_repeatable',
            `The run is still ${requested.state}. Stop it first, or wait for its end.`,
          );
        case 'accepted':
          hub.publish(`user:${actor.userId}`);
          void runner.startNext(taskId);
          break;
        case 'repeated':
      }
      return { message_id: requested.messageId, run_id: requested.runId };
    },
  };
}

export type RunService = ReturnType<typeof createRunService>;
