// The charts of a run as SVG files in a folder.

import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Condition, RunEvent } from '../../engine/events/events.js';
import type { Reporter } from '../../engine/events/reporter.js';
import { reasonOf, UnspoolError } from '../../errors.js';
import { replaceFile } from '../../files/replaced-file.js';
import type { Chart } from './chart.js';
import { DocumentFigures } from './document-figures.js';
import { scoresByPauses } from './pauses.js';
import { renderFile } from './render.js';

export interface SvgFiles extends Reporter {
  /** Resolves once every file is written; rejects where one cannot be. To be awaited before `close`. */
  finish(): Promise<void>;
}

/** Of the pictures, in pixels. */
const width = 760;

/**
 * Writes `folder/<chart>.svg` as each document ends, `<chart>-2.svg` for the second document, and so on, and the same for
 * tasks at the end; each file is
 * replaced as a whole. The folder is made if it is missing. Loads the chart library: import this file when charts are
 * wanted.
 */
export function svgFiles(folder: string): SvgFiles {
  attempt(folder, () => {
    makeFolder(folder);
  });
  let documents = 0;
  let current: DocumentFigures | undefined;
  let written: Promise<void> = Promise.resolve();
  const conditions = new Map<number, Condition[]>();

  const finishDocument = (): void => {
    const charts = current?.charts() ?? [];
    current = undefined;
    write(charts, documents);
  };
  /** `number`: of the document or task, from 1. */
  const write = (charts: readonly Chart[], number: number): void => {
    const suffix = number > 1 ? `-${number}` : '';
    written = written.then(async () => {
      for (const chart of charts) await writeChart(folder, suffix, chart);
    });
    // Whoever awaits `finish` hears of a failure; until then it is no unhandled one.
    written.catch(() => undefined);
  };
  return {
    handle(event: RunEvent) {
      current?.add(event);
      if (event.event === 'document-start') {
        finishDocument();
        documents += 1;
        current = new DocumentFigures();
      } else if (event.event === 'document-end') {
        finishDocument();
      } else if (event.event === 'condition') {
        const { index } = event.task;
        conditions.set(index, [...(conditions.get(index) ?? []), event]);
      }
    },
    finish() {
      finishDocument();
      for (const [index, rows] of conditions) {
        const chart = scoresByPauses(rows);
        if (chart !== undefined) write([chart], index + 1);
      }
      return written;
    },
    close: () => undefined,
  };
}

/** With the folders that it is in. Node's own way tries for ever where a system says that a folder is not there, as /proc. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  mkdirSync(folder);
}

async function writeChart(folder: string, suffix: string, chart: Chart): Promise<void> {
  const path = join(folder, `${chart.name}${suffix}.svg`);
  const svg = await renderFile(chart, width);
  attempt(path, () => {
    replaceFile(path, svg);
  });
}

function attempt(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    const hint = 'give --svg a folder that can be written';
    throw new UnspoolError('output-unwritable', `${path}: cannot be written: ${reasonOf(error)}`, hint);
  }
}
