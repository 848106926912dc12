/** Bodies, queries and answers of the console's HTTP API. The OpenAPI document is made from these. */
import { z } from 'zod';

/** Any 8-4-4-4-12 hex (the all-zero user …0001 must pass), stored and returned in lower case. */
export const uuid = z.guid().toLowerCase();

/**
 * What users write. PostgreSQL stores no U+0000, and a lone surrogate is no text in UTF-8; both
 * become U+FFFD, which is what decoders put in the place of what they cannot read.
 */
const text = z.string().overwrite((value) => value.toWellFormed().replaceAll('\0', '\uFFFD'));

const timestamp = z.iso.datetime().describe('UTC, ISO 8601');

export const TITLE_MAX = 200;
export const TEXT_MAX = 100_000;
export const QUEUE_MAX = 20;

export const PlatformLogin = z.object({
  user_id: uuid,
  platform_key: z.string().min(1).max(1024),
  user_name: text.trim().max(200).optional(),
});
export const PasswordLogin = z.object({
  email: text.trim().min(3).max(254),
  password: z
    .string()
    .min(1)
    .refine((password) => new TextEncoder().encode(password).length <= 1024, 'at most 1024 bytes'),
});
export const Session = z
  .object({ token: z.string(), user_id: uuid, exp: z.int().describe('epoch seconds') })
  .meta({ id: 'Session' });
export const Revocation = z.strictObject({
  user_id: uuid,
  platform_key: z.string().min(1).max(1024),
});
export const User = z
  .object({ user_id: uuid, name: z.string().nullable(), email: z.string().nullable() })
  .meta({ id: 'User' });

export const EngineInfo = z
  .object({
    id: z.string(),
    label: z.object({ zh: z.string(), en: z.string() }),
    demo: z.boolean().describe('true for an engine that only demonstrates; the console says so'),
    reattach: z.boolean().describe('a run can go on after a crash of the server'),
  })
  .meta({ id: 'Engine' });
export const EngineList = z.object({ items: z.array(EngineInfo), default: z.string() });

export const TaskStatus = z.enum(['idle', 'running', 'waiting']);
export const Task = z
  .object({
    id: uuid,
    title: z.string().describe('empty until named or until the first message names it'),
    engine: z.string(),
    status: TaskStatus,
    unread: z.boolean(),
    archived: z.boolean(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Task' });
export const TaskPage = z.object({ items: z.array(Task), next_cursor: z.string().nullable() });
export const TaskQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(30),
  cursor: z.string().max(200).optional(),
  q: text.trim().max(200).optional(),
  archived: z.stringbool().meta({ type: 'boolean' }).default(false),
});
export const NewTask = z.strictObject({
  id: uuid.optional().describe('made by the client; sending it again makes no second task'),
  title: text.trim().max(TITLE_MAX).optional(),
  engine: z.string().max(100).optional(),
});
export const TaskPatch = z
  .strictObject({
    title: text.trim().min(1).max(TITLE_MAX).optional(),
    archived: z.boolean().optional(),
    read_through: uuid.optional().describe('id of the newest message the user has seen'),
  })
  .refine((patch) => Object.keys(patch).length > 0, 'name at least one of the fields to change');

export const Part = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('text'), text: z.string() }),
    z.object({ type: z.literal('reasoning'), text: z.string() }),
    z.object({
      type: z.literal('tool'),
      call_id: z.string(),
      name: z.string(),
      args: z.unknown(),
      state: z.enum(['running', 'done', 'failed']),
      result: z.unknown().optional(),
      error: z.string().optional(),
    }),
  ])
  .meta({ id: 'Part' });
export const MessageStatus = z.enum([
  'queued',
  'streaming',
  'complete',
  'stopped',
  'interrupted',
  'failed',
]);
export const Message = z
  .object({
    id: uuid,
    role: z.enum(['user', 'assistant']),
    parts: z.array(Part),
    status: MessageStatus,
    run_id: uuid.nullable(),
    seq: z.int().describe('last run event folded into the parts; read the run on from here'),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
    created_at: timestamp,
  })
  .meta({ id: 'Message' });
export const MessagePage = z.object({
  items: z.array(Message).describe('oldest first'),
  next_before: uuid.nullable().describe('`before` of the next older page'),
});
export const MessageQuery = z.strictObject({
  before: uuid.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const NewMessage = z.strictObject({
  id: uuid.describe('made by the client; sending it again does nothing twice'),
  text: text.max(TEXT_MAX).refine((value) => value.trim() !== '', 'must not be empty'),
  files: z.array(z.string().max(1024)).max(0, 'files are not supported yet').optional(),
});
export const NewRun = z.strictObject({
  id: uuid.describe('made by the client; asking again does nothing twice'),
  mode: z.enum(['retry', 'continue']),
  run_id: uuid.describe('the run that failed or broke off'),
});
export const Accepted = z.object({ message_id: uuid, run_id: uuid }).meta({ id: 'Accepted' });

export const RunEventsQuery = z.strictObject({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
});
export const TabEventsQuery = z.strictObject({
  run: uuid.optional(),
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
});

export const ProblemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

export type Session = z.infer<typeof Session>;
export type User = z.infer<typeof User>;
export type EngineInfo = z.infer<typeof EngineInfo>;
export type EngineList = z.infer<typeof EngineList>;
export type Task = z.infer<typeof Task>;
export type TaskPage = z.infer<typeof TaskPage>;
export type TaskQuery = z.infer<typeof TaskQuery>;
export type NewTask = z.infer<typeof NewTask>;
export type TaskPatch = z.infer<typeof TaskPatch>;
export type Message = z.infer<typeof Message>;
export type MessagePage = z.infer<typeof MessagePage>;
export type MessageQuery = z.infer<typeof MessageQuery>;
export type MessageStatus = z.infer<typeof MessageStatus>;
export type NewMessage = z.infer<typeof NewMessage>;
export type NewRun = z.infer<typeof NewRun>;
export type Accepted = z.infer<typeof Accepted>;
