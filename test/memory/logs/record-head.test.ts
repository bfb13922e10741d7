import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeadReader, messageOf, readHead, type Level } from '../../../src/memory/logs/record-head.js';

/** Line; time; level; source; prefix; message. */
type Case = [string, string | undefined, Level | undefined, string | undefined, string | undefined, string];

const json = (fields: object): string => JSON.stringify(fields);

const cases: Case[] = [
  ['2026-03-09T00:00:04.209Z INFO  db-1   read 9', '2026-03-09T00:00:04.209Z', 'info', 'db-1', undefined, 'read 9'],
  ['2024-06-14 10:00:00,123 ERROR [main] a.b.C - no', '2024-06-14T10:00:00.123Z', 'error', 'a.b.C', undefined, 'no'],
  ['2024-06-14 10:00:00,123 - a.b - WARNING - no', '2024-06-14T10:00:00.123Z', 'warning', 'a.b', undefined, 'no'],
  ['2024-06-14T10:00:00+02:00 started', '2024-06-14T08:00:00.000Z', undefined, undefined, undefined, 'started'],
  ['14.06.2024 15.16.01 x: y', '2024-06-14T15:16:01.000Z', undefined, 'x', undefined, 'y'],
  ['6/14/2024 3:16:01 PM it is', '2024-06-14T15:16:01.000Z', undefined, undefined, undefined, 'it is'],
  ['[Sun Dec 04 04:47:44 2005] [error] no more', '2005-12-04T04:47:44.000Z', 'error', undefined, undefined, 'no more'],
  [
    '[Thu Jun 27 11:55:44.5 2013] [core:info] [pid 4:tid 9] a b',
    '2013-06-27T11:55:44.500Z',
    'info',
    'core',
    undefined,
    'a b',
  ],
  [
    '192.0.2.1 - ada [10/Oct/2025:13:55:36 +0200] "GET / HTTP/1.1" 200 5',
    '2025-10-10T11:55:36.000Z',
    undefined,
    undefined,
    undefined,
    '192.0.2.1 - ada [10/Oct/2025:13:55:36 +0200] "GET / HTTP/1.1" 200 5',
  ],
  [
    '081109 203615 148 INFO dfs.Node$P: block 7',
    '2008-11-09T20:36:15.000Z',
    'info',
    'dfs.Node$P',
    undefined,
    'block 7',
  ],
  [
    'APPBUSY 1117838570 2005.06.03 R02-M1-C:J12-U11 2005-06-03-15.42.50.675872 R02-M1-C:J12-U11 RAS KERNEL FATAL is busy',
    '2005-06-03T22:42:50.000Z',
    'fatal',
    'KERNEL',
    undefined,
    'is busy',
  ],
  [
    '- 1117838570 2005.06.03 NULL 2005-06-03-15.42.50.675872 NULL RAS MASTER FAILURE it exited',
    '2005-06-03T22:42:50.000Z',
    'error',
    'MASTER',
    undefined,
    'it exited',
  ],
  ['1718359200123 [feed] WARN gap', '2024-06-14T10:00:00.123Z', 'warning', 'feed', undefined, 'gap'],
  ['1718359200.5 up', '2024-06-14T10:00:00.500Z', undefined, undefined, undefined, 'up'],
  ['[   12.345678] usb 1-1: new', '1970-01-01T00:00:12.345Z', undefined, undefined, undefined, 'usb 1-1: new'],
  ['@400000004c91b044077a9e94 imap: Info: bye', '2010-09-16T05:50:50.125Z', 'info', 'imap', undefined, 'bye'],
  ['06-14 15:16:01.123  1234  5678 E Act: no', '1970-06-14T15:16:01.123Z', 'error', 'Act', undefined, 'no'],
  ['E0614 15:16:01.123456   7 a.go:153] no', '1970-06-14T15:16:01.123Z', 'error', 'a.go', undefined, 'no'],
  [
    '2016-09-28 04:30:30, Info      CBS    Loaded it',
    '2016-09-28T04:30:30.000Z',
    'info',
    'CBS',
    undefined,
    'Loaded it',
  ],
  [
    '2015-07-29 17:41:44,747 - INFO  [Q[id=1]/0:0:1:Election@774] - out: 3',
    '2015-07-29T17:41:44.747Z',
    'info',
    'Election',
    undefined,
    'out: 3',
  ],
  ['17/06/09 20:10:40 INFO x.Y: on', '2017-06-09T20:10:40.000Z', 'info', 'x.Y', undefined, 'on'],
  ['Jun 14, 2024 3:16:01 PM com.x.Y run', '2024-06-14T15:16:01.000Z', undefined, 'com.x.Y', undefined, 'run'],
  ['WARNING:root:hello', undefined, 'warning', 'root', undefined, 'hello'],
  ['2024/06/14 10:00:00 main.go:12: hi', '2024-06-14T10:00:00.000Z', undefined, 'main.go', undefined, 'hi'],
  ['2024-06-14 10:00:00.1 UTC [12] u@d ERROR:  no', '2024-06-14T10:00:00.100Z', 'error', 'u@d', undefined, 'no'],
  [
    '2024-06-14T10:00:00.1Z 8 [ERROR] [MY-010334] [Server] no',
    '2024-06-14T10:00:00.100Z',
    'error',
    'Server',
    undefined,
    'no',
  ],
  ['2018/09/14 19:03:05 [error] 7#7: *9 no', '2018-09-14T19:03:05.000Z', 'error', undefined, undefined, '7#7: *9 no'],
  [
    '2016-11-20T00:04:00.110+0100 I NETWORK  [c1] end',
    '2016-11-19T23:04:00.110Z',
    'info',
    'NETWORK',
    undefined,
    '[c1] end',
  ],
  ['I, [2024-06-14T10:00:00.123456 #12]  INFO -- : on', '2024-06-14T10:00:00.123Z', 'info', undefined, undefined, 'on'],
  ['[10:00:00] [Server thread/INFO]: Done', '1970-01-01T10:00:00.000Z', 'info', 'Server thread', undefined, 'Done'],
  ['Jun 14 15:16:01 atlas sshd(pam)[9]: no', '1970-06-14T15:16:01.000Z', undefined, 'sshd', 'atlas', 'no'],
  ['2024-06-14T10:00:00+0200 atlas app[1]: error: no', '2024-06-14T08:00:00.000Z', 'error', 'app', 'atlas', 'no'],
  ['<34>Oct 11 22:14:15 atlas su: no', '1970-10-11T22:14:15.000Z', 'fatal', 'su', 'atlas', 'no'],
  [
    '<165>1 2003-08-24T05:14:15-07:00 edge app 7 - [x@1 a="b"] hi',
    '2003-08-24T12:14:15.000Z',
    'notice',
    'app',
    'edge',
    'hi',
  ],
  ['web_1  | 2024-06-14 10:00:00 INFO up now', '2024-06-14T10:00:00.000Z', 'info', undefined, 'web_1', 'up now'],
  ['[pod/web-7d/app] INFO: up now', undefined, 'info', undefined, 'pod/web-7d/app', 'up now'],
  ['2024-06-14T10:00:00.123456789Z stdout F   hi', '2024-06-14T10:00:00.123Z', undefined, undefined, undefined, '  hi'],
  ['2024-06-14T10:00:00.1234567Z ##[error]no', '2024-06-14T10:00:00.123Z', 'error', undefined, undefined, 'no'],
  [
    `web_1 | ${json({ level: 50, time: 1718359200123, name: 'api', err: { message: 'lost' }, msg: 'a "b"' })}`,
    '2024-06-14T10:00:00.123Z',
    'error',
    'api',
    'web_1',
    'a "b" lost',
  ],
  [
    json({ t: { $date: '2024-06-14T10:00:00.123+00:00' }, s: 'W', c: 'NET', msg: 'gone' }),
    '2024-06-14T10:00:00.123Z',
    'warning',
    'NET',
    undefined,
    'gone',
  ],
  [
    json({ log: '2024-06-14 10:00:00 ERROR no\n', stream: 'stdout', time: '2024-06-14T10:00:01Z' }),
    '2024-06-14T10:00:00.000Z',
    'error',
    undefined,
    undefined,
    'no',
  ],
  [
    'ts=2024-06-14T10:00:00Z level=warn logger=a msg="b c" n=1',
    '2024-06-14T10:00:00.000Z',
    'warning',
    'a',
    undefined,
    'b c',
  ],
  ['# Time: 2024-06-14T10:00:00.5Z', '2024-06-14T10:00:00.500Z', undefined, undefined, undefined, ''],
  ['=ERROR REPORT==== 2013-07-14 17:53:40 ===', '2013-07-14T17:53:40.000Z', 'error', undefined, undefined, ''],
  [
    'The error was found on 2024-06-14 10:00:00',
    undefined,
    undefined,
    undefined,
    undefined,
    'The error was found on 2024-06-14 10:00:00',
  ],
  [
    '2024-06-14 10:00:00 an error occurred',
    '2024-06-14T10:00:00.000Z',
    undefined,
    undefined,
    undefined,
    'an error occurred',
  ],
  ['10:61:00 no such time', undefined, undefined, undefined, undefined, '10:61:00 no such time'],
  ['', undefined, undefined, undefined, undefined, ''],
  [
    'app.log:12:2024-06-14 10:00:00 ERROR disk is full',
    '2024-06-14T10:00:00.000Z',
    'error',
    undefined,
    'app.log:12',
    'disk is full',
  ],
  [
    'var/shop.log.1.gz 2024-06-14 10:00:00 ERROR disk is full',
    '2024-06-14T10:00:00.000Z',
    'error',
    undefined,
    'var/shop.log.1.gz',
    'disk is full',
  ],
  ['[10.30 16:49:06] proxy opened', '1970-10-30T16:49:06.000Z', undefined, undefined, undefined, 'proxy opened'],
];

describe('readHead', () => {
  it.each(cases)('%s', (line, time, level, source, prefix, message) => {
    const head = readHead(line);
    expect({ ...head, time: head.time === undefined ? undefined : new Date(head.time).toISOString() }).toMatchObject({
      time,
      level,
      source,
      prefix,
    });
    expect(messageOf(line, head)).toBe(message);
  });

  it('says whether a line starts like a record, whatever a collector put in front', () => {
    const own = (line: string): boolean => readHead(line).own;
    expect(own('2024-06-14T10:00:00.1Z stdout F at once')).toBe(false);
    expect(own('web_1 | at once')).toBe(false);
    expect(own('web_1 | 2024-06-14 10:00:00 at once')).toBe(true);
    expect(own('ERROR at once')).toBe(true);
    expect(own('error: at once')).toBe(false);
  });

  it('sorts records by level and source, not by the source’s figures', () => {
    const sort = (line: string): number => readHead(`2024-06-14 10:00:00 ${line}`).sort;
    expect(sort('INFO web-1: a')).toBe(sort('INFO web-22: b'));
    expect(new Set(['INFO web-1: a', 'WARN web-1: a', 'INFO db-1: a', 'INFO a b'].map(sort)).size).toBe(4);
  });
});

describe('HeadReader', () => {
  const folder = new URL('../../../fixtures/logs/', import.meta.url);
  const lines = readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .flatMap((name) => readFileSync(new URL(name, folder), 'utf8').split('\n'))
    .concat(cases.map(([line]) => line));

  it('reads a line as if it were the first, whatever came before', () => {
    const heads = new HeadReader();
    for (const line of [...lines, ...lines.toReversed(), ...lines]) expect(heads.read(line)).toEqual(readHead(line));
  });

  it('reads any text', () => {
    const heads = new HeadReader();
    const part = fc.oneof(fc.constantFrom(...lines), fc.string({ unit: 'binary', maxLength: 30 }));
    fc.assert(
      fc.property(part, part, fc.nat(60), (first, second, at) => {
        const line = first.slice(0, at) + second;
        const head = heads.read(line);
        expect(head.message).toBeGreaterThanOrEqual(0);
        expect(head.message).toBeLessThanOrEqual(line.length);
      }),
      { numRuns: 2000 },
    );
  });
});
