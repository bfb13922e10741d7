// `unspool analyze --plan` on the command line.

import {
  flag,
  group,
  option,
  optionWithDefault,
  type OriginOf,
  type Values,
  type ValuesOf,
} from '../../../cli/flags.js';
import { parseChoice, parseCount, parseNumber } from '../../../cli/parsers.js';
import { usageError } from '../../../errors.js';
import { device, deviceNames, devices, type DeviceName } from '../../../evaluation/planning/devices.js';
import { printable } from '../../../reporters/format.js';
import { bundledModel } from '../../options/model.js';
import { policyFrom } from '../../options/policy.js';
import { documentsFrom, type DocumentTask } from '../../run/document-task.js';
import { modelFileFrom } from '../count/options.js';
import type { AnalyzeOptions } from '../options.js';
import type { PlanTask } from './run.js';

export const planFlags = {
  plan: flag('what exact attention over all of the text would take: memory, time, hosts; runs nothing'),
};

const tasks = ['plan'];
const parsePart = parseNumber(0.001, 1e6);
const [usualDevice] = deviceNames;

export const hostFlags = group('Plan:', {
  // A DGX, on which Liu et al. 2023 measure.
  hosts: optionWithDefault('<count>', 'to split the work over', parseCount(2), 8, { tasks }),
  device: option(
    '<name>',
    `what each host is: ${deviceNames.join(', ')} (default: ${usualDevice})`,
    parseChoice(...deviceNames),
    { tasks },
  ),
  flops: option('<TFLOP/s>', 'the peak of each host, in place of a device; with --bandwidth and --memory', parsePart, {
    tasks,
  }),
  bandwidth: option('<GB/s>', 'between two hosts, one way', parsePart, { tasks }),
  memory: option('<GB>', "of each host (default: the device's)", parsePart, { tasks }),
});

type Options = AnalyzeOptions & Values<typeof planFlags> & ValuesOf<typeof hostFlags>;

export const plan: DocumentTask<Options> = {
  name: 'plan',
  flags: planFlags,
  async prepare(line) {
    const { options, originOf } = line;
    const task: PlanTask = {
      modelPath: modelFileFrom(line) ?? bundledModel,
      hosts: options.hosts,
      // A plan is one of sinks and a window, whatever policy is set once for all.
      policy: policyFrom({ ...options, policy: undefined }, originOf),
      device: deviceFrom(options),
    };
    const documents = documentsFrom(line, 'analyze');
    const { planView } = await import('./view.js');
    return {
      documents,
      view: planView,
      async run(session) {
        session.explain((originOf) => optionsInWords(task, originOf));
        const { planDocuments } = await import('./run.js');
        await planDocuments(session, documents, task);
      },
    };
  },
};

function deviceFrom({ device: named, flops, bandwidth, memory }: Options): PlanTask['device'] {
  if (flops === undefined && bandwidth === undefined) {
    const name: DeviceName = named ?? usualDevice;
    return { name, ...devices[name], ...(memory !== undefined && { memoryBytes: memory * 1e9 }) };
  }
  if (named !== undefined) {
    throw usageError('--device stands for --flops and --bandwidth', 'give either --device or the two others');
  }
  if (flops === undefined || bandwidth === undefined || memory === undefined) {
    throw usageError('a host is --flops, --bandwidth and --memory', 'give all three, or --device');
  }
  return { name: null, ...device(flops, bandwidth, memory) };
}

/** What a plan settled on, and where that came from. */
function optionsInWords({ hosts, device, modelPath }: PlanTask, originOf: OriginOf): string {
  return (
    `hosts      ${hosts} (${originOf('hosts')})\n` +
    `device     ${device.name ?? 'none'} (${originOf(device.name === null ? 'flops' : 'device')})\n` +
    `memory     ${device.memoryBytes / 1e9} GB (${originOf('memory')})\n` +
    `model      ${printable(modelPath)} (${originOf('model')})\n`
  );
}
