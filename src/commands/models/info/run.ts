// unspool models info: everything that a model's header says, and what a run would use.

import { freeRam } from '../../../backends/machine/free-memory.js';
import { describeGguf, detailsOf } from '../../../backends/gguf/description.js';
import { allParts, partsOf } from '../../../backends/gguf/file-names.js';
import { modelsOn, resolveModel, type ModelLocations } from '../../../backends/installed/resolve.js';
import { checkGgufHeader } from '../../../backends/gguf/file.js';
import { formatPolicy } from '../../../engine/policy.js';
import type { ModelFile } from '../../../engine/events/model-events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { largestCapacity } from '../../../engine/defaults.js';
import { UnspoolError } from '../../../errors.js';
import { statSync } from 'node:fs';
import { defaultPolicy, factsOf, memoryNeed } from '../facts.js';
import { aliasIndex, fileOf } from '../list/run.js';

/** Throws an `UnspoolError` for what is no model. */
export async function describeModel(reference: string, locations: ModelLocations, reporter: Reporter): Promise<void> {
  const path = resolveModel(reference, locations);
  await checkGgufHeader(path);
  const content = describeGguf(allParts(path), true);
  if (content.kind === 'damaged') {
    const message = `${path}: ${content.reason}`;
    throw new UnspoolError('model-truncated', message, 'download it again, all of its parts');
  }
  if (content.kind === 'no-model') throw new UnspoolError('no-model', `${path}: ${content.reason}`);
  const { description, header } = content;
  const free = freeRam();
  const policy = defaultPolicy(description, free);
  const { trainedContext = largestCapacity } = description;
  const capacities = new Set([Math.min(largestCapacity, trainedContext), trainedContext]);
  reporter.handle({
    event: 'model-details',
    ...fileAt(path, locations),
    model: factsOf(description, free),
    details: detailsOf(header, description),
    policy: policy === null ? null : formatPolicy(policy),
    needs: policy === null ? [] : [...capacities].map((tokens) => memoryNeed(description, tokens)),
  });
}

/** As the list shows it, or by its path where it is not in the list. */
function fileAt(path: string, locations: ModelLocations): ModelFile {
  const models = modelsOn(locations);
  const listed = models.find(({ files }) => files[0] === path);
  if (listed !== undefined) return fileOf(listed, aliasIndex(locations, models));
  const bytes = allParts(path).reduce((sum, part) => sum + statSync(part).size, 0);
  return { name: partsOf(path).stem, aliases: [], source: 'file', path, bytes };
}
