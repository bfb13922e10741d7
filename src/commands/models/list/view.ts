// The models on this machine as a table.

import type { ModelFound } from '../../../engine/events/model-events.js';
import { byteSize, countWithNoun, parameterCount, printable } from '../../../reporters/format.js';
import { note, table, type Column } from '../../../reporters/layout.js';

/** `freeMemoryBytes`: what is free now. Empty where there are no models. */
export function modelTable(models: readonly ModelFound[], freeMemoryBytes: number, columns: number): string {
  if (models.length === 0) return '';
  return `${table(columnsOf(models), columns)}\n${note(memoryNote(models, freeMemoryBytes), columns)}`;
}

const nothing = '-';

function columnsOf(models: readonly ModelFound[]): Column[] {
  const column = (title: string, align: Column['align'], cell: (model: ModelFound) => string): Column => ({
    title,
    align,
    cells: models.map((model) => printable(cell(model))),
  });
  return [
    column('name', 'left', ({ name }) => name),
    column('kind', 'left', ({ model }) => model?.kind ?? 'broken'),
    column('parameters', 'right', ({ model }) => (model === null ? nothing : parameterCount(model.parameters))),
    column('size', 'right', ({ bytes }) => byteSize(bytes)),
    column('trained on', 'right', ({ model }) => String(model?.contextSize ?? nothing)),
    column('in view', 'right', ({ model }) => String(model?.memory?.capacity ?? nothing)),
    column('memory', 'right', ({ model }) => (model?.memory ? byteSize(model.memory.bytes) : nothing)),
    column('makes room by', 'left', roomOf),
    column('from', 'left', ({ source }) => source),
    ...(models.some(({ aliases }) => aliases.length > 0)
      ? [column('alias', 'left', ({ aliases }) => aliases.join(', '))]
      : []),
  ];
}

const rooms = {
  shift: 'shift',
  'shift-full-cache': 'shift, full SWA cache',
  recompute: 'recompute',
  stateful: 'stateful',
} as const;

function roomOf({ model, problem }: ModelFound): string {
  if (model === null) return problem ?? nothing;
  if (model.kind === 'embedding' || model.kind === 'encoder') return 'predicts no text';
  return model.room === null ? `unknown architecture ${model.architecture}` : rooms[model.room];
}

function memoryNote(models: readonly ModelFound[], freeMemoryBytes: number): string {
  const tooLarge = models.filter(({ model }) => (model?.memory?.bytes ?? 0) > freeMemoryBytes).length;
  const more = tooLarge === 0 ? '' : `; ${countWithNoun(tooLarge, 'model')} would take more`;
  return (
    `in view: tokens that a run keeps by default. memory: weights, and a cache of so many tokens; ` +
    `${byteSize(freeMemoryBytes)} are free now${more}.`
  );
}
