import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../../src/memory/logs/outcomes.js';

describe('outcomeOf', () => {
  it.each([
    ['1.2.3.4 - - [10/Dec/2025:06:55:46 +0000] "GET / HTTP/1.1" 200 512', 'fine'],
    ['1.2.3.4 - - [10/Dec/2025:06:55:46 +0000] "GET /admin HTTP/1.1" 404 209', '404'],
    ['1.2.3.4 - - [10/Dec/2025:06:55:46 +0000] "POST /pay HTTP/2.0" 503 0', '503'],
    ['localhost : ok=3 changed=1 unreachable=0 failed=0', 'fine'],
    ['localhost : ok=3 changed=1 unreachable=0 failed=1', 'trouble'],
    ['process exited with status 0', 'fine'],
    ['process exited with code 137', 'trouble'],
    ['build finished: 0 errors, 3 warnings', 'fine'],
    ['build finished: 2 errors, 3 warnings', 'trouble'],
    ['return code: -1', 'trouble'],
    ['Failed password for root from 10.0.0.7 port 4242', undefined],
    ['error: 10.0.0.7:5432 refused', undefined],
    ['took 404 ms', undefined],
  ])('%s: %s', (line, outcome) => {
    expect(outcomeOf(line)).toBe(outcome);
  });
});
