// The JSON schema of what --json prints, made from the types of events and the comments of their fields.

import { createFormatter, createParser, createProgram, NumberType, SchemaGenerator } from 'ts-json-schema-generator';
import { innerEvents, schema as version } from '../../dist/reporters/json.js';

const description =
  'One event a line. Names and fields are stable; new ones may be added. A number that is not finite is null.';

/** The schema as text. `root`: the folder of the package, with a slash at its end. */
export function eventSchema(root) {
  const config = {
    ...{ path: `${root}src/engine/events/events.ts`, tsconfig: `${root}tsconfig.json`, type: 'RunEvent' },
    // The compiler checks types; all other fields are allowed, so that new ones may be added.
    ...{ skipTypeCheck: true, additionalProperties: true },
    ...{ expose: 'export', topRef: false, jsDoc: 'extended', sortProps: false },
  };
  const program = createProgram(config);
  const formatter = createFormatter(config, (chain) => chain.addTypeFormatter(new FiniteOrNull()));
  const generator = new SchemaGenerator(program, createParser(program, config), formatter, config);
  const { $schema, definitions, ...events } = generator.createSchema(config.type);
  for (const definition of Object.values(definitions)) asLine(definition);
  const head = { $schema, $id: 'unspool/events.schema.json', title: 'unspool --json', description };
  return `${JSON.stringify({ ...head, ...events, definitions }, null, 2)}\n`;
}

/** A plain number, of which JSON has only the finite ones. */
class FiniteOrNull {
  supportsType(type) {
    return type instanceof NumberType;
  }
  getDefinition() {
    return { type: ['number', 'null'] };
  }
  getChildren() {
    return [];
  }
}

/** An event as the line that it is printed as. */
function asLine(definition) {
  const { event } = definition.properties ?? {};
  if (event === undefined) return;
  definition.properties = { schema: { const: version }, event, ...definition.properties };
  definition.required = ['schema', ...definition.required];
  if (innerEvents.has(event.const)) definition.description = `With --events. ${definition.description}`;
}
