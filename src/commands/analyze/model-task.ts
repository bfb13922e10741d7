// What the tasks of `unspool analyze` that run a model share.

import type { Invocation } from '../../cli/command.js';
import type { Flags } from '../../cli/flags.js';
import { modelChoiceFrom } from '../options/model.js';
import { documentsFrom, type DocumentTask } from '../run/document-task.js';
import type { ModelRun } from '../run/model-run.js';
import type { Session } from '../run/session.js';
import type { TaskView } from '../run/task-view.js';
import type { AnalyzeOptions } from './options.js';

interface ModelTask<Options, Request> {
  readonly name: string;
  readonly flags: Flags;
  /** What the options ask for; throws usage errors. */
  readonly settle: (line: Invocation<Options>) => Request;
  /** Each loads its module. */
  readonly view: (request: Request, options: Options) => Promise<TaskView>;
  readonly run: () => Promise<(session: Session, run: ModelRun, request: Request) => Promise<void>>;
}

export function modelTask<Options extends AnalyzeOptions, Request>({
  name,
  flags,
  settle,
  view,
  run,
}: ModelTask<Options, Request>): DocumentTask<Options> {
  return {
    name,
    flags,
    async prepare(line) {
      const { options, originOf, io } = line;
      const request = settle(line);
      const documents = documentsFrom(line, 'analyze');
      const shown = await view(request, options);
      const model = modelChoiceFrom(options, originOf, io.environment);
      return {
        documents,
        view: shown,
        run: async (session) => (await run())(session, { ...documents, model, purpose: { kind: 'score' } }, request),
      };
    },
  };
}
