// What the fields of a task's lines are called, where they are not called as usual.

import { InvalidArgumentError } from '../../cli/parsers.js';
import type { Fields } from '../../evaluation/tasks/json-task.js';

/** `answer=solution`: what the field of that meaning is called. */
export interface FieldName {
  readonly meaning: keyof Fields;
  readonly name: string;
}

/** Of an option that takes these meanings, separated by commas. */
export function parseFields(...meanings: readonly (keyof Fields)[]): (text: string) => readonly FieldName[] {
  return (text) =>
    text.split(',').map((pair) => {
      const [name = '', ...rest] = pair.split('=');
      const meaning = meanings.find((each) => each === name);
      if (meaning === undefined || rest.join('=') === '') {
        throw new InvalidArgumentError(`Give ${meanings.join(', ')}, each with = and a name, separated by commas.`);
      }
      return { meaning, name: rest.join('=') };
    });
}

/** All names of the fields, those that are given and the usual ones. */
export function fieldsFrom(names: readonly FieldName[], usual: Fields): Fields {
  const given: Partial<Fields> = Object.fromEntries(names.map(({ meaning, name }) => [meaning, name]));
  return { ...usual, ...given };
}
