// Holds every event that a test sees against the schema in the package.

import { readFileSync } from 'node:fs';
import { Ajv, type AnySchemaObject } from 'ajv';
import { expect } from 'vitest';
import type { RunEvent } from '../../src/engine/events/events.js';
import { events, root } from './cli.js';

interface EventSchema {
  readonly definitions: Readonly<Record<string, { readonly description?: string; readonly properties?: EventFields }>>;
}
interface EventFields {
  readonly event?: { readonly const: string };
}

/** As it is in the package. */
export const schema = JSON.parse(readFileSync(`${root}src/reporters/events.schema.json`, 'utf8')) as EventSchema;

/** Every field of every event is described: the schema, closed. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)] as const);
  return { ...Object.fromEntries(entries), ...('properties' in schema && { additionalProperties: false }) };
}
const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(closed(schema) as AnySchemaObject);

/** JSON lines as objects, each as the schema describes it. */
export function checked(stdout: string): Record<string, unknown>[] {
  const all = events(stdout);
  for (const event of all) expect([validate(event), validate.errors, event.event]).toEqual([true, null, event.event]);
  return all;
}

/** Those of one kind. */
export function checkedOf<Name extends RunEvent['event']>(
  stdout: string,
  name: Name,
): Extract<RunEvent, { event: Name }>[] {
  return checked(stdout).filter(({ event }) => event === name) as unknown as Extract<RunEvent, { event: Name }>[];
}
