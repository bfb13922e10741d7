// A chart as data: what is drawn, in the terms of vega-lite, and what it says about itself.

import type { TopLevelSpec } from 'vega-lite';

export interface Chart {
  /** For a file: lower case, hyphens. */
  readonly name: string;
  /** What is measured. */
  readonly title: string;
  /** How to read it: protocol, units, what the bars are. */
  readonly caption: string;
  /** Of the picture, in pixels. */
  readonly height: number;
  /** Colors come from the palette; sizes, fonts and the title are the renderer's. */
  readonly marks: (width: number) => TopLevelSpec;
}

/** A picture narrower than this has no room beside the marks. */
export const narrow = 480;
