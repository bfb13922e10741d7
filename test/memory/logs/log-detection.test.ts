import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { looksLikeLog } from '../../../src/memory/logs/log-detection.js';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

const logs = {
  'ISO 8601': `2026-03-09T00:00:04Z boot done
2026-03-09T00:00:11Z pool ready
2026-03-09T00:00:39Z nothing stored`,
  syslog: `Jun 14 15:16:01 combo sshd(pam_unix)[19939]: authentication failure; logname= uid=0
Jun 14 15:16:02 combo sshd(pam_unix)[19937]: check pass; user unknown
Jun 15 04:06:18 combo su(pam_unix)[21416]: session opened for user cyrus by (uid=0)`,
  Apache: `[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok /etc/httpd/conf/workers2.properties
[Sun Dec 04 04:47:44 2005] [error] mod_jk child workerEnv in error state 6
[Sun Dec 04 04:51:08 2005] [notice] jk2_init() Found child 6725 in scoreboard slot 10`,
  HDFS: `081109 203615 148 INFO dfs.DataNode$PacketResponder: PacketResponder 1 for block blk_388 terminating
081109 203807 222 INFO dfs.DataNode$PacketResponder: PacketResponder 0 for block blk_-69 terminating
081109 204005 35 INFO dfs.FSNamesystem: BLOCK* NameSystem.addStoredBlock: blockMap updated`,
  access: `192.0.2.1 - - [10/Oct/2025:13:55:36 +0000] "GET /index.html HTTP/1.1" 200 2326
192.0.2.7 - ada [10/Oct/2025:13:55:38 +0000] "POST /orders HTTP/1.1" 201 17
198.51.100.3 - - [10/Oct/2025:13:55:41 +0000] "GET /favicon.ico HTTP/1.1" 404 209`,
  dmesg: `[    0.000000] Linux version 6.1.0
[    0.004000] Console: colour dummy device
[    1.204151] EXT4-fs (sda1): mounted filesystem`,
  JSON: `{"level":"info","msg":"listening"}
{"level":"warn","msg":"slow lock","table":"stock"}
{"level":"info","msg":"stopped"}`,
  logfmt: `level=info msg="server started" port=80
level=warn msg="slow lock" table=stock
level=info msg=stopped code=0`,
  'a stack trace': `2026-03-09 00:00:04,209 ERROR no connection
    at db.open (db.js)
2026-03-09 00:00:05,110 WARN trying again
    at db.retry (db.js)`,
  'no times': `worker 1 took job 17 from the queue
worker 4 took job 18 from the queue
worker 1 ended job 17 after 25 ms
worker 2 took job 19 from the queue
worker 4 ended job 18 after 7 ms
worker 2 ended job 19 after 81 ms`,
};

const others = {
  nothing: '',
  'blank lines': '\n\n\n\n',
  'one line': '2026-03-09T00:00:04Z boot done\n',
  'hard-wrapped prose': `It is a truth universally acknowledged, that a single man in
possession of a good fortune, must be in want of a wife.
However little known the feelings or views of such a man may be
on his first entering a neighbourhood, this truth is so well fixed
in the minds of the surrounding families, that he is considered
as the rightful property of some one or other of their daughters.`,
  'a poem with a refrain': `Tyger Tyger, burning bright,
In the forests of the night;
What immortal hand or eye,
Could frame thy fearful symmetry?

Tyger Tyger burning bright,
In the forests of the night:
What immortal hand or eye,
Dare frame thy fearful symmetry?`,
  numbers: '1,2\n3,4\n5,6\n7,8\n',
  'a table in code': `const table = [\n${'  1996959894,\n'.repeat(9)}];\n`,
  'JSON over many lines': JSON.stringify({ name: 'a', level: 'info', time: [1, 2, 3] }, undefined, 2),
  subtitles: [1, 2, 3].map((at) => `${at}\n00:00:0${at},000 --> 00:00:0${at},900\nTo be, or not to be\n`).join('\n'),
  'the text of a play':
    'HAMLET. To be, or not to be\nHORATIO. Hail to your lordship!\nHAMLET. I am glad to see you well.\n',
  'a barrel of exports': ['one', 'two', 'three', 'four', 'five']
    .map((name) => `export * from '../${name}.js';`)
    .join('\n'),
};

describe('looksLikeLog', () => {
  it.each(Object.entries(logs))('knows a log: %s', (_, text) => {
    expect(looksLikeLog(text)).toBe(true);
    expect(looksLikeLog(text.replaceAll('\n', '\r\n'))).toBe(true);
  });

  it.each(Object.entries(others))('takes for no log: %s', (_, text) => {
    expect(looksLikeLog(text)).toBe(false);
  });

  it('tells this repository’s files apart', () => {
    expect(looksLikeLog(read('fixtures/documents/services.log'))).toBe(true);
    const rest = ['fixtures/documents/moby-dick.txt', 'README.md', 'package.json', 'src/memory/logs/templates.ts'];
    expect(rest.filter((path) => looksLikeLog(read(path)))).toEqual([]);
  });

  it('decides by the first 64 Ki characters', () => {
    const log = `${logs.syslog}\n`;
    const novel = read('fixtures/documents/moby-dick.txt').slice(0, 65_536);
    expect(looksLikeLog(novel + log.repeat(1000))).toBe(false);
    expect(looksLikeLog(log.repeat(400) + novel.repeat(4))).toBe(true);
  });

  it('throws on no text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(() => looksLikeLog(text)).not.toThrow();
      }),
    );
  });
});
