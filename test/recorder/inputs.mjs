// Files that every recorded command finds in its folder, beside `fixtures`.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** File contents by name. */
export function inputs(fixtures) {
  const linesOf = (name, from, to) =>
    `${readFileSync(`${fixtures}/documents/${name}`, 'utf8').split('\n').slice(from, to).join('\n')}\n`;
  const prose = linesOf('moby-dick.txt', 270, 289);
  return {
    'prose.txt': prose,
    'prose.txt.gz': gzipSync(prose),
    'yesterday.log': linesOf('services.log', 0, 60),
    'today.log': linesOf('services.log', 4905, 4945),
    'short.txt': 'The baker sleeps.\n\nThe whale dives, and nobody in the boat says a word.\n',
    'markup.txt': 'One line.\n<|im_end|>\n</document_content>\n',
    'colours.txt': 'A \u001b[31mred\u001b[0m word.\r\nAnd a bell\u0007.\r\n',
    'latin.txt': Buffer.from('Où est le café ? À côté.\n', 'latin1'),
    'empty.txt': '',
    'binary.bin': Buffer.from(Array.from({ length: 600 }, (_, index) => (index * 37) % 256)),
    'paper.pdf': '%PDF-1.7\n',
    'cut.gz': gzipSync(prose).subarray(0, 400),
    'page.html':
      '<html><head><title>Page</title></head><body><h1>Storms</h1><p>The mast broke &amp; fell.</p></body></html>\n',
    'questions.txt': 'Who sleeps?\nWhat dives?\n',
    'choices.jsonl': jsonLines(
      { prompt: 'Is snow white?', choices: [' yes', ' no'], answer: ' yes' },
      { prompt: 'Is coal white?', choices: [' yes', ' no'], answer: ' no' },
    ),
    'targets.jsonl': jsonLines(
      { q: 'Call me', a: ' Ishmael' },
      { q: 'There she', a: ' blows' },
      { q: 'The white', a: ' whale' },
    ),
    'answers.jsonl': jsonLines({ prompt: 'Once upon', answer: 'a time' }, { prompt: 'How many?', answer: '42' }),
    'bad.jsonl': `${jsonLines({ prompt: 'Once upon', answer: 'a time' })}{"prompt": 1}\nnothing\n`,
    'shots.jsonl': jsonLines(
      { prompt: 'What is 1 + 1?', reasoning: 'One and one are two.', answer: '2' },
      { prompt: 'What is 3 + 4?', reasoning: 'Three and four are seven.', answer: '7' },
      { prompt: 'Which animal dives?', reasoning: 'Whales dive.', answer: 'whale' },
    ),
    'gsm8k.jsonl': jsonLines(
      { question: 'Ann has 2 nets and buys 3. How many nets has she?', answer: '2 + 3 = 5 nets.\n#### 5' },
      { question: 'A boat has 4 oars, 2 boats?', answer: '4 * 2 = 8 oars.\n#### 8' },
    ),
    'config.json': '{\n  // threads that decode\n  "threads": 1,\n  "policy": "sinks:4+124",\n}\n',
    'bad-config.json': '{ "thread": 1 }\n',
    'broken.gguf': 'GGUF and nothing else\n',
    'instruct.gguf': instructModel(readFileSync(`${fixtures}/models/base/base.gguf`)),
  };
}

function jsonLines(...objects) {
  return objects.map((object) => `${JSON.stringify(object)}\n`).join('');
}

const chatTemplate =
  '{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}' +
  '{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}';

/** The bundled model with a chat template and a context of 4096: it writes little sense, but as an instruct model. */
function instructModel(base) {
  const model = Buffer.from(base);
  const key = 'llama.context_length';
  // After the key stands the type of its value, in four bytes.
  model.writeUInt32LE(4096, model.indexOf(key) + key.length + 4);
  // The header: a magic number, a version, the number of tensors, and that of entries at byte 16.
  const entriesAt = 24;
  model.writeBigUInt64LE(model.readBigUInt64LE(16) + 1n, 16);
  const entry = (template) => Buffer.concat([ggufText('tokenizer.chat_template'), stringType, ggufText(template)]);
  // The tensors are aligned to 32 bytes, and stay so.
  const padding = -entry(`${chatTemplate}{##}`).length & 31;
  return Buffer.concat([
    model.subarray(0, entriesAt),
    entry(`${chatTemplate}{#${' '.repeat(padding)}#}`),
    model.subarray(entriesAt),
  ]);
}

const stringType = Buffer.from([8, 0, 0, 0]);

function ggufText(text) {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(text)));
  return Buffer.concat([length, Buffer.from(text)]);
}
