// Holds every event that a test sees against the schema in the package.

import { readFileSync } from 'node:fs';
import { Ajv, type AnySchemaObject } from 'ajv';
import { expect } from 'vitest';
import { events, root } from './cli.js';

/** Every field of every event is described: the schema, closed. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)] as const);
  return { ...Object.fromEntries(entries), ...('properties' in schema && { additionalProperties: false }) };
}
const schema: unknown = JSON.parse(readFileSync(`${root}src/reporters/events.schema.json`, 'utf8'));
const validate = new Ajv({ allErrors: true }).compile(closed(schema) as AnySchemaObject);

/** JSON lines as objects, each as the schema describes it. */
export function checked(stdout: string): Record<string, unknown>[] {
  const all = events(stdout);
  for (const event of all) expect([validate(event), validate.errors, event.event]).toEqual([true, null, event.event]);
  return all;
}
