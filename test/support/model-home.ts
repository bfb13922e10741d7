// A home folder in which tests put models as tools do, and an environment that hides the real one.

import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { temporaryFolder } from './folders.js';
import { embeddingTensor, gguf, modelMetadata } from './gguf.js';

/** A whole, tiny GGUF text model. */
export function tinyModel(title: string, more: Parameters<typeof modelMetadata>[1] = {}): Buffer {
  return gguf(modelMetadata('llama', { 'general.name': title, ...more }), [embeddingTensor]);
}

export class ModelHome {
  constructor(readonly path = temporaryFolder()) {}

  /** Everything that says where models are, for a child process or `modelFolders`. */
  get environment(): NodeJS.ProcessEnv {
    const nothing = Object.fromEntries(
      ['UNSPOOL_MODELS', 'HF_HOME', 'HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE', 'LLAMA_CACHE', 'HF_TOKEN'].map((name) => [
        name,
        '',
      ]),
    );
    return {
      ...nothing,
      HOME: this.path,
      USERPROFILE: this.path,
      XDG_DATA_HOME: join(this.path, '.local/share'),
      XDG_CONFIG_HOME: join(this.path, '.config'),
      XDG_CACHE_HOME: join(this.path, '.cache'),
      // Else the folder of the system's service would be looked at.
      OLLAMA_MODELS: join(this.path, '.ollama/models'),
    };
  }

  file(path: string, content: Buffer | string): string {
    const whole = join(this.path, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, content);
    return whole;
  }

  /** A link, with a target relative to it as tools write it. */
  link(path: string, target: string): string {
    const whole = join(this.path, path);
    mkdirSync(dirname(whole), { recursive: true });
    symlinkSync(relative(dirname(whole), target), whole);
    return whole;
  }

  /** A file in Hugging Face's cache: a blob, and a link to it in a snapshot. */
  hubFile(repository: string, path: string, content: Buffer, cache = '.cache/huggingface/hub'): string {
    const folder = `${cache}/models--${repository.replaceAll('/', '--')}`;
    const blob = this.file(`${folder}/blobs/${digest(content)}`, content);
    this.file(`${folder}/refs/main`, commit);
    return this.link(`${folder}/snapshots/${commit}/${path}`, blob);
  }

  /** A model of Ollama: a manifest that names its layers, and its blobs. `name`: host/namespace/model/tag. */
  ollamaModel(name: string, content: Buffer): string {
    const layer = (kind: string, body: Buffer | string): object => {
      this.file(`.ollama/models/blobs/sha256-${digest(body)}`, body);
      const mediaType = `application/vnd.ollama.image.${kind}`;
      return { mediaType, digest: `sha256:${digest(body)}`, size: body.length };
    };
    const config = layer('config', '{}');
    const layers = [layer('license', 'MIT'), layer('model', content), layer('template', '{{ .Prompt }}')];
    this.file(`.ollama/models/manifests/${name}`, JSON.stringify({ schemaVersion: 2, config, layers }));
    return join(this.path, `.ollama/models/blobs/sha256-${digest(content)}`);
  }
}

const commit = '0123456789abcdef0123456789abcdef01234567';

function digest(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}
