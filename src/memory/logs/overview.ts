// What a log is, before what is found in it.

import type { DocumentLabel, LogLevel, LogOverview } from '../../engine/events/events.js';
import { levels } from './levels.js';
import type { LogStatistics } from './log-statistics.js';
import { timeText } from './log-time.js';

const [mostSources, mostFrequent] = [10, 3];

export function overviewOf(statistics: LogStatistics, document: DocumentLabel): LogOverview {
  const { records, timeline, hasTimes, firstTime, lastTime, lacking, miner } = statistics;
  const counts = new Map<LogLevel, number>();
  const sources = new Map<string, number>();
  const histories = statistics.histories();
  for (const { head, template } of histories) {
    if (head.level !== undefined) counts.set(head.level, (counts.get(head.level) ?? 0) + template.lines);
    if (head.source !== undefined) sources.set(head.source, (sources.get(head.source) ?? 0) + template.lines);
  }
  const frequent = histories.map(({ template }) => template).sort((one, other) => other.lines - one.lines);
  return {
    event: 'log-overview',
    document,
    records,
    templates: miner.templates,
    from: firstTime === undefined ? null : timeText(firstTime, lacking),
    to: lastTime === undefined ? null : timeText(lastTime, lacking),
    levels: Object.fromEntries(levels.flatMap((level) => (counts.has(level) ? [[level, counts.get(level)]] : []))),
    sources: Array.from(sources, ([name, count]) => ({ name, count }))
      .sort((one, other) => other.count - one.count)
      .slice(0, mostSources),
    sourceCount: sources.size,
    frequent: frequent.slice(0, mostFrequent).map(({ text, lines: count }) => ({ template: text, count })),
    activity: {
      unit: hasTimes ? 'seconds' : 'lines',
      step: hasTimes ? timeline.width / 1000 : timeline.width,
      counts: statistics.steps.values(),
    },
  };
}
