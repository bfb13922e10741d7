// One row of the screen.

import { createContext, useContext, type ReactNode } from 'react';
import { Transform } from 'ink';

/** What Ink is given for a row's text: the text itself, or what stands in for it. */
export const Drawing = createContext((text: string): string => text);

/**
 * Ink keeps every text that it ever measured, without end. So it measures a space, and the text, which changes several
 * times a second, takes its place as a row is drawn. `children`: no wider than the screen.
 */
export function Row({ children }: { readonly children: string }): ReactNode {
  const draw = useContext(Drawing);
  return <Transform transform={() => draw(children)}> </Transform>;
}
