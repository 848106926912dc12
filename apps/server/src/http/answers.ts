/** Route declarations: bodies and answers in the one shape the OpenAPI document needs. */
import { ProblemSchema } from '@zcbot/protocol/http';
import type { z } from 'zod';

export function jsonBody<S extends z.ZodType>(schema: S) {
  return { required: true, content: { 'application/json': { schema } } } as const;
}

interface Described<S extends z.ZodType> {
  description: string;
  content: { 'application/json': { schema: S } };
}

/** A successful answer with its schema. */
export function ok<S extends z.ZodType>(schema: S, description: string): Described<S> {
  return { description, content: { 'application/json': { schema } } };
}

export function empty(description: string): { description: string } {
  return { description };
}

/** The statuses that are answered with a problem. */
export function problems(...statuses: number[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: 'Problem',
        content: { 'application/problem+json': { schema: ProblemSchema } },
      },
    ]),
  ) as Record<never, never>;
}
