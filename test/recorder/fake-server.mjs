// An OpenAI-compatible server as vLLM is one, with fixed replies: a token is a byte, and scores follow from what is before.

import { createServer } from 'node:http';

const contextSize = 4096;
const reply = 'First this, then that [S1].\n\nAnswer: 42';

/** Its address, and how to stop it. */
export async function startFakeServer() {
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const answer = answers[request.url];
      if (answer === undefined) send(response, 404, { error: { message: 'Not Found' } });
      else answer(response, body);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, stop };
}

async function bodyOf(request) {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  return text === '' ? {} : JSON.parse(text);
}

const answers = {
  '/v1/models': (response) =>
    send(response, 200, { object: 'list', data: [{ id: 'toy', max_model_len: contextSize }] }),
  '/tokenize': (response, { prompt, return_token_strs: withNames }) => {
    // The program asks in the words of llama-server, too, to find out which server it is.
    if (typeof prompt !== 'string') return send(response, 400, { error: { message: 'Field required' } });
    const bytes = [...Buffer.from(prompt)];
    const names = withNames === true && { token_strs: bytes.map(nameOf) };
    send(response, 200, { tokens: bytes.map((byte) => byte + 1), count: bytes.length, ...names });
  },
  '/v1/completions': (response, { prompt, stream, max_tokens: most, echo }) => {
    if (stream === true) {
      const bytes = [...Buffer.from(reply)].slice(0, most);
      const parts = bytes.map((byte) => completion(String.fromCharCode(byte), { token_ids: [byte + 1] }));
      sendEvents(response, [...parts, completion('', { token_ids: [], finish_reason: 'length' })]);
    } else if (echo !== true) send(response, 200, completion('', { logprobs: null }));
    else {
      const scores = prompt.map((token, index) => (index === 0 ? null : -natsOf(prompt[0], index, token)));
      const written = most > 0 ? [-0.5] : [];
      send(response, 200, completion('', { logprobs: { token_logprobs: [...scores, ...written] } }));
    }
  },
  '/v1/chat/completions': (response, { max_tokens: most, stream_options: streamOptions }) => {
    const words = reply.split(/(?<=[ \n])(?!\n)/);
    const told = words.slice(0, most);
    const delta = (content, reason = null) => ({ choices: [{ index: 0, delta: content, finish_reason: reason }] });
    const usage = { prompt_tokens: 11, completion_tokens: told.length };
    sendEvents(response, [
      ...told.map((content) => delta({ content })),
      delta({}, told.length < words.length ? 'length' : 'stop'),
      ...(streamOptions?.include_usage === true ? [{ choices: [], usage }] : []),
    ]);
  },
  '/v1/embeddings': (response, { input }) => {
    send(response, 200, { object: 'list', data: input.map((text, index) => ({ index, embedding: vectorOf(text) })) });
  },
};

function send(response, status, content) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}

function sendEvents(response, parts) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const part of parts) response.write(`data: ${JSON.stringify(part)}\n\n`);
  response.end('data: [DONE]\n\n');
}

function completion(text, more) {
  return { choices: [{ text, ...more }] };
}

function natsOf(first, length, token) {
  return Math.log(2 + ((length * 7 + first + token) % 11));
}

/** As a byte-level vocabulary writes a byte (GPT-2, encoder.py, bytes_to_unicode). */
function nameOf(byte) {
  const isPrintable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  if (isPrintable) return String.fromCodePoint(byte);
  return String.fromCodePoint(0x100 + (byte <= 0x20 ? byte : byte <= 0xa0 ? byte - 0x7f + 0x21 : 0x43));
}

/** How often each letter stands in a text. */
function vectorOf(text) {
  return [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => text.toLowerCase().split(letter).length - 0.5);
}
