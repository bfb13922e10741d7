// Holding a run: who waits, for how long, and what the clock says.

import { describe, expect, it } from 'vitest';
import { RunControl } from '../../../src/engine/progress/run-control.js';

/** Whether a promise is done once all that was ready has run. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await new Promise(setImmediate);
  return done;
}

describe('a run that is held', () => {
  it('waits only while it is paused', async () => {
    const control = new RunControl();
    const { signal } = new AbortController();
    expect(await isDone(control.wait(signal))).toBe(true);
    control.pause();
    const waiting = control.wait(signal);
    expect(await isDone(waiting)).toBe(false);
    control.resume();
    expect(await isDone(waiting)).toBe(true);
    expect(control.paused).toBe(false);
  });

  it('waits on where it is paused again at once', async () => {
    const control = new RunControl();
    const waiting = control.wait(new AbortController().signal);
    control.pause();
    const held = control.wait(new AbortController().signal);
    control.resume();
    control.pause();
    expect(await isDone(waiting)).toBe(true);
    expect(await isDone(held)).toBe(false);
  });

  it('waits no more once it is interrupted', async () => {
    const control = new RunControl();
    const abort = new AbortController();
    control.pause();
    const waiting = control.wait(abort.signal);
    abort.abort();
    expect(await isDone(waiting)).toBe(true);
    expect(await isDone(control.wait(abort.signal))).toBe(true);
  });

  it('has a clock that stands still meanwhile', () => {
    let time = 100;
    const control = new RunControl(false, () => time);
    time = 103;
    expect(control.now()).toBe(103);
    control.pause();
    time = 110;
    control.pause();
    expect(control.now()).toBe(103);
    control.resume();
    control.resume();
    time = 112;
    expect(control.now()).toBe(105);
    control.pause();
    time = 120;
    control.resume();
    expect(control.now()).toBe(105);
  });
});
