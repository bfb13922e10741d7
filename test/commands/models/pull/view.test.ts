import { expect, it } from 'vitest';
import { downloadedPaths } from '../../../../src/commands/models/pull/view.js';

it('shows the path of a download without what could steer a terminal', () => {
  let shown = '';
  const reporter = downloadedPaths((text) => (shown += text));
  const path = '/models/\u001b]0;title\u0007.gguf';
  reporter.handle({ event: 'download', path, bytes: 1, sha256: null, checked: null, status: 'downloaded' });
  expect(shown).toBe('/models/?]0;title?.gguf\n');
});
