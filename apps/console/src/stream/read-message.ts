import type { Task } from '@zcbot/protocol/http';
import {
  parseEventId,
  TASK_EVENTS,
  type RunEvent,
  type SnapshotEvent,
  type TaskEventName,
} from '@zcbot/protocol/run-events';
import type { EventSourceMessage } from 'eventsource-parser';

export type TabMessage =
  | { kind: 'task'; name: TaskEventName; task: Task | { id: string } }
  | { kind: 'run'; runId: string; seq: number; event: RunEvent | SnapshotEvent };

/** One message of the tab's stream; null for a kind this console does not know (yet). */
export function readMessage({ event = '', id, data }: EventSourceMessage): TabMessage | null {
  const taskEvent = TASK_EVENTS.find((name) => name === event);
  if (taskEvent) {
    return { kind: 'task', name: taskEvent, task: JSON.parse(data) as Task | { id: string } };
  }
  const at = parseEventId(id ?? '');
  if (!at) return null;
  return {
    kind: 'run',
    ...at,
    event: { ...JSON.parse(data), type: event } as RunEvent | SnapshotEvent,
  };
}
