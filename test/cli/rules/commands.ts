// The smallest invocation of each command and task: what holds for every one of them is tested with all of these.

import { instruct } from './documents.js';

/** A command, with what chooses one of its tasks. */
export interface Invocation {
  readonly name: string;
  readonly args: readonly string[];
  /** What people read of `proseFile`, on standard output. */
  readonly shows: RegExp;
  /** The first event that tells of a document's contents; the start of the document where none does before its end. */
  readonly inTheMiddle: 'block-scored' | 'document-start';
}

/** Of each command that reads documents: its tasks, the first of them the default. */
export const invocations: readonly Invocation[] = [
  invocation('stream --digest', { shows: /^\S+prose\.txt:\d[^\n]+\n/ }),
  // Prose as short as this has none.
  invocation('stream --anomalies', { shows: /^$/ }),
  invocation('stream --perplexity --policy sinks:4+28/8', { shows: /^ +PPL +±.*\n.* rolling sinks:4\+28\/8 +\S+\n/ }),
  invocation('stream --continue 2', { shows: /^[^]*\w\n$/ }),
  invocation(`stream --summarize --length 10 --model ${instruct}`, {
    shows: /\S/,
    inTheMiddle: 'document-start',
  }),
  invocation('stream --ask motives', { shows: /^\S+prose\.txt:1:\S[^\n]+\n$/, inTheMiddle: 'document-start' }),
  invocation('analyze --count', { shows: /^ +bytes +lines .*\n.* \S+prose\.txt\n/, inTheMiddle: 'document-start' }),
  invocation('analyze --perplexity --protocol chunked --chunk 16', { shows: /^ +PPL .*\n.* chunked 16 +\S+\n/ }),
  invocation('analyze --compare sinks:4+28/8,window:32/8', {
    shows: /^\S+prose\.txt\npolicy +PPL .*\nsinks:4\+28\/8 /,
  }),
  invocation('analyze --horizon --chunk 16', { shows: /^\S+prose\.txt\ncontext +PPL / }),
  invocation('analyze --surprise', { shows: /^\S+prose\.txt:1: \d\.\d\d / }),
  // Without a limit, it ends by itself.
  invocation('analyze --attention --chunk 16 --limit 100000tok', {
    shows: /^\S+prose\.txt\nlayer heads 0-5\n/,
    inTheMiddle: 'document-start',
  }),
  invocation('analyze --plan', { shows: /^\S+prose\.txt: \d+ tokens of /, inTheMiddle: 'document-start' }),
];

/** One of each command: the quickest. */
export const commands: readonly Invocation[] = invocations.filter(({ name }) =>
  ['stream --perplexity', 'analyze --count'].includes(name),
);

/** What reads no documents: a line of arguments, and what people read of it. Needs a home of its own. */
export const others: readonly [line: string, shows: RegExp][] = [
  ['models list', /^name +kind .*\nbundled +base /],
  ['models info bundled', /^name +bundled\ntitle +unspool base\n/],
  ['models alias', /^$/],
  ['config list', /^key +value +from\nmodel +the small bundled model +default\n/],
  ['config path', /^\/.*\/unspool\/config\.json\n$/],
];

/** For `describe.each`. */
export function titled(list: readonly Invocation[]): [name: string, invocation: Invocation][] {
  return list.map((each) => [each.name, each]);
}

function invocation(
  line: string,
  { shows, inTheMiddle = 'block-scored' }: Pick<Invocation, 'shows'> & Partial<Invocation>,
): Invocation {
  const args = line.split(' ');
  return { name: args.slice(0, 2).join(' '), args, shows, inTheMiddle };
}
