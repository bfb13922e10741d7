// The colours of charts, each as it is on a light and on a dark ground.

interface Color {
  readonly light: string;
  readonly dark: string;
}

const surfaceColor: Color = { light: '#ffffff', dark: '#14171a' };
const inkColor: Color = { light: '#1b1f24', dark: '#e7eaee' };
const mutedColor: Color = { light: '#59636e', dark: '#a0abb7' };
const gridColor: Color = { light: '#e4e8ec', dark: '#2b3138' };

/** Told apart by the colour-blind too: after Okabe and Ito 2008, "Color Universal Design", lightened on dark ground. */
const series: readonly Color[] = [
  { light: '#0072b2', dark: '#56b4e9' },
  { light: '#d55e00', dark: '#ff9447' },
  { light: '#008f68', dark: '#34cfa0' },
  { light: '#b0568a', dark: '#e59fc8' },
  { light: '#7a6200', dark: '#e8ce4d' },
  { light: '#46505a', dark: '#c3cad2' },
];

/** Areas that are there for comparison. */
const neutrals: readonly Color[] = [
  { light: '#dde2e7', dark: '#313840' },
  { light: '#a7b1bb', dark: '#66717d' },
];

/** From little to much: lightness alone carries the order. */
const steps: readonly Color[] = [
  { light: '#eff5fb', dark: '#1b222a' },
  { light: '#dbe8f5', dark: '#1b2c3c' },
  { light: '#c1daee', dark: '#1b3850' },
  { light: '#9fc7e6', dark: '#1c4667' },
  { light: '#78afda', dark: '#1f5883' },
  { light: '#5096cc', dark: '#2b6fa5' },
  { light: '#2f7cb9', dark: '#478cc4' },
  { light: '#17619f', dark: '#6daae0' },
  { light: '#0a477f', dark: '#9dcaf1' },
  { light: '#082f58', dark: '#d2e8fb' },
];

/** Charts are drawn in the light colours; `darkRules` replaces them. */
export const surface = surfaceColor.light;
export const ink = inkColor.light;
export const muted = mutedColor.light;
export const grid = gridColor.light;
export const seriesColors = series.map(({ light }) => light);
export const neutralColors = neutrals.map(({ light }) => light);
export const stepColors = steps.map(({ light }) => light);

/**
 * CSS that shows a chart in its dark colours. It finds marks by their light colour, so that a program that knows no
 * CSS still draws a picture that is right.
 */
export const darkRules = [surfaceColor, inkColor, mutedColor, gridColor, ...series, ...neutrals, ...steps]
  .map(({ light, dark }) => `[fill="${light}"]{fill:${dark}}[stroke="${light}"]{stroke:${dark}}`)
  .join('');
