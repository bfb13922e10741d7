// A moving mark with a text, on one row of a terminal.

import ora, { type Ora } from 'ora';

/** `stream`: a terminal. */
export function spinner(stream: NodeJS.WriteStream, color: boolean, text: string): Ora {
  // Keys typed while unspool runs belong to the shell that follows.
  const moving = ora({ stream, text, color: color ? 'cyan' : false, discardStdin: false }).start();
  // ora divides by the columns, and a terminal that lost its size has none.
  stream.on('resize', () => {
    if (stream.columns === 0) moving.stop();
  });
  return moving;
}
