// The list of events in unspool-json(7), from the JSON Schema.

import { format, resolveConfig } from 'prettier';

/** The text of a Markdown file with the list of today between its two marks; as it is where it has none. */
export async function withEvents(file, schema, text) {
  const [, before, after] = /^([^]*<!-- events -->)[^]*(<!-- end of events -->[^]*)$/.exec(text) ?? [];
  if (before === undefined) return text;
  const rows = eventsOf(schema, schema).map(row);
  const table = ['| event | what it tells, and its fields |', '| --- | --- |', ...rows].join('\n');
  return format(`${before}\n\n${table}\n\n${after}`, { ...(await resolveConfig(file)), filepath: file });
}

/** Events stand in the schema as alternatives, some of them in groups and by reference. */
function eventsOf(schema, node) {
  if (node.$ref !== undefined) {
    const keys = decodeURIComponent(node.$ref).split('/').slice(1);
    return eventsOf(
      schema,
      keys.reduce((each, key) => each[key], schema),
    );
  }
  const alternatives = node.anyOf ?? node.oneOf;
  return alternatives === undefined ? [node] : alternatives.flatMap((each) => eventsOf(schema, each));
}

/** Optional fields end in a question mark. */
function row({ description, properties: { schema, event, ...fields }, required }) {
  const names = Object.keys(fields).map((name) => `\`${name}${required.includes(name) ? '' : '?'}\``);
  const told = [description?.replace(/\.$/, ''), names.join(', ')]
    .filter(Boolean)
    .join('. Fields: ')
    .replace(/\s+/g, ' ');
  return `| \`${event.const}\` | ${told.replaceAll('|', '\\|')} |`;
}
