// What a hub lists, and what is sent to it.

import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { filesOfReference, hubFrom } from '../../../src/backends/hub/hugging-face.js';
import { parseReference, type HubReference } from '../../../src/backends/hub/references.js';
import { startHub } from '../../support/hub.js';

describe('hubFrom', () => {
  it('takes a token without what a file puts around it, and none for an empty one', () => {
    expect(hubFrom({ HF_TOKEN: ' hf_secret\r\n' }).token).toBe('hf_secret');
    expect(hubFrom({ HF_TOKEN: '\n' }).token).toBeUndefined();
    expect(hubFrom({}).token).toBeUndefined();
  });

  it.each(['hf_secret\nhf_secret', 'hf_secret é', '“hf_secret”'])('never shows what is no token: %j', (token) => {
    let refusal: unknown;
    try {
      hubFrom({ HF_TOKEN: token });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({
      code: 'token-invalid',
      message: 'HF_TOKEN: has a character that no token has',
      hint: 'correct or unset it',
    });
    expect(inspect(refusal, { depth: null })).not.toContain('hf_secret');
  });
});

describe('filesOfReference', () => {
  it('leaves out files whose names lead elsewhere or could steer a terminal', async () => {
    const body = Buffer.from('GGUF');
    const names = ['good-Q8_0.gguf', '\u001b]0;bad\u0007-Q4_K_M.gguf', 'a\n-Q4_K_M.gguf', '../up-Q4_K_M.gguf'];
    const { endpoint } = await startHub({ files: Object.fromEntries(names.map((name) => [name, body])) });
    const hub = { endpoint: new URL(endpoint), token: undefined };
    const found = await filesOfReference(
      parseReference('hf:maker/tiny') as HubReference,
      hub,
      new AbortController().signal,
    );
    expect(found.map(({ path }) => path)).toEqual(['good-Q8_0.gguf']);
  });
});
