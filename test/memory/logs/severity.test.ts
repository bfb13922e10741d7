import { describe, expect, it } from 'vitest';
import { severityOf, tellsOfFailure, wordSeverity } from '../../../src/memory/logs/severity.js';

describe('wordSeverity', () => {
  it.each([
    ['Out of memory: killed process <*>', 1],
    ['Failed password for root from <*>', 0.8],
    ['Got user-level KeeperException when processing', 0.8],
    ['task_failed on node', 0.8],
    ['connection reset by peer', 0.5],
    ['negotiated timeout <*> for client', 0.5],
    ['finished with no errors', 0],
    ['errors=0 in the last run', 0],
    ['session opened for user ada', 0.3],
    ['served page 7 in 3 ms', 0],
    ['status=200 error="" corrupted=0 abort=false', 0],
    ['lost 0 packets, 0% packet loss', 0],
    ['opened /var/log/error.log', 0],
    ['loaded the error handler', 0],
    ['BLOCK* NameSystem.delete: added to invalidSet of <*>', 0],
    ['service went down', 0.8],
    ['Remounting filesystem read-only', 0.8],
    ['terror in the headline', 0],
  ])('%s: %d', (message, severity) => {
    expect(wordSeverity(message)).toBe(severity);
  });

  it('takes words of trouble for less where all went well', () => {
    expect(wordSeverity('exception support enabled, done')).toBeLessThan(wordSeverity('exception support'));
  });
});

describe('tellsOfFailure', () => {
  it.each([
    ...['Tests FAILED', 'java.io.IOException: pipe', 'ERROR:dlrn: x', 'cp: cannot stat', 'login denied', 'exit: fatal'],
    ...['ok=1 unreachable=0 failed=1', 'connection timed out', 'CRITICAL: disk full'],
  ])('does: %s', (line) => {
    expect(tellsOfFailure(line)).toBe(true);
  });

  it.each([
    ...[
      '0 errors, 0 failures',
      'ok=2 unreachable=0 failed=0',
      '"failed": false',
      'failover ready',
      'no errors',
      '0 tests failed',
    ],
    ...['maxSessionTimeout set', 'clerk at work', 'terrace'],
  ])('does not: %s', (line) => {
    expect(tellsOfFailure(line)).toBe(false);
  });
});

describe('severityOf', () => {
  it('has levels and words agree: what both call bad is worse than what one does', () => {
    const [both, level, words, neither] = [
      severityOf('error', 'connection refused'),
      severityOf('error', 'shutdown hook done'),
      severityOf('info', 'connection refused'),
      severityOf('info', 'listening'),
    ];
    expect(both).toBeGreaterThan(level);
    expect(both).toBeGreaterThan(words);
    expect(Math.min(level, words)).toBeGreaterThan(neither);
  });

  it('goes by the words alone where there is no level', () => {
    expect(severityOf(undefined, 'kernel panic')).toBe(1);
    expect(severityOf(undefined, 'listening')).toBe(0);
  });

  it.each(['fatal', 'error', 'warning', 'info', 'debug'] as const)('falls with the level: %s', (level) => {
    const order = ['fatal', 'error', 'warning', 'info', 'debug'] as const;
    const next = order[order.indexOf(level) + 1];
    if (next === undefined) return;
    expect(severityOf(level, 'x')).toBeGreaterThan(severityOf(next, 'x'));
  });
});
