// From the command line to a task whose cache rolls.

import type { Invocation } from '../../cli/command.js';
import type { Flags } from '../../cli/flags.js';
import { usageError } from '../../errors.js';
import { modelChoiceFrom } from '../options/model.js';
import { policyFrom } from '../options/policy.js';
import type { Documents, InputSource } from '../options/reading.js';
import { documentsFrom, type DocumentTask } from '../run/document-task.js';
import type { TaskView } from '../run/task-view.js';
import { bookmarkFrom } from './bookmark/options.js';
import type { StreamOptions } from './options.js';
import type { RollingTask } from './rolling.js';

interface Definition<Options, Request> {
  readonly name: string;
  readonly flags: Flags;
  /** What the options ask for; throws usage errors. */
  readonly settle: (line: Invocation<Options>) => Request;
  /** A file that is read beside the documents. */
  readonly reference?: (request: Request) => InputSource | undefined;
  /** Each loads its module. */
  readonly view: (request: Request) => Promise<TaskView>;
  readonly run: () => Promise<(request: Request) => RollingTask>;
}

export function rollingTask<Options extends StreamOptions, Request>({
  name,
  flags,
  settle,
  reference = () => undefined,
  view,
  run,
}: Definition<Options, Request>): DocumentTask<Options> {
  return {
    name,
    flags,
    async prepare(line) {
      const { options, originOf, io } = line;
      const request = settle(line);
      const policy = policyFrom(options, originOf);
      const documents = documentsFrom(line, 'stream', [reference(request)]);
      const follow = options.follow === true;
      if (follow) checkFollow(documents);
      const model = modelChoiceFrom(options, originOf, io.environment);
      const bookmark = bookmarkFrom(options, documents.sources.length, model);
      return {
        documents,
        view: await view(request),
        async run(session) {
          // Heavy: loads llama.cpp. Help and usage errors never get here.
          const { streamDocuments } = await import('./rolling.js');
          const task = (await run())(request);
          await streamDocuments(session, { ...documents, model, task, policy, follow, bookmark });
        },
      };
    },
  };
}

function checkFollow({ sources }: Documents): void {
  if (sources.length === 1) return;
  throw usageError('--follow reads one document, which has no end', 'run unspool once for each');
}

/** Refuses --follow for a task that begins at the end. */
export function refuseFollow({ follow }: Pick<StreamOptions, 'follow'>, name: string): void {
  if (follow !== true) return;
  throw usageError(`--follow never comes to the end that --${name} waits for`, 'leave one of them out');
}
