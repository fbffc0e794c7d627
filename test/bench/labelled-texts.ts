import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A text and what stands in it, by kind and place. */
export interface LabelledText {
  readonly text: string;
  /** Of these kinds everything is labelled; absent: of all. */
  readonly kinds?: readonly string[];
  readonly spans: readonly (readonly [kind: string, start: number, end: number])[];
}

const fixtures = new URL('../fixtures/guards/', import.meta.url);

function lines(file: string): readonly string[] {
  return readFileSync(new URL(file, fixtures), 'utf8').trim().split('\n');
}

export function personalTexts(): readonly LabelledText[] {
  return lines('presidio-research.jsonl').map((line): LabelledText => JSON.parse(line));
}

export const secretTexts = (): readonly LabelledText[] => inBase64('secretlint.jsonl');

function inBase64(file: string): readonly LabelledText[] {
  return lines(file).map((line) => {
    const { base64, spans }: { base64: string; spans: readonly (readonly [number, number])[] } = JSON.parse(line);
    return {
      text: Buffer.from(base64, 'base64').toString(),
      spans: spans.map(([start, end]) => ['secret', start, end]),
    };
  });
}

/** `mended`: read when something was missed. `unseen`: only counted. */
export type Half = 'mended' | 'unseen';

/** By a hash of the text, so that a text is of the same half for whoever asks. */
const halfOf = (text: string): Half =>
  (createHash('sha256').update(text).digest()[0] ?? 0) % 2 === 0 ? 'mended' : 'unseen';

export function heldOutTexts(half: Half): readonly LabelledText[] {
  return lines('held-out.jsonl')
    .map((line): LabelledText => JSON.parse(line))
    .filter(({ text }) => halfOf(text) === half);
}

export function heldOutSecrets(half: Half): readonly LabelledText[] {
  return inBase64('held-out-secrets.jsonl').filter(({ text }) => halfOf(text) === half);
}

/** The numbers that stdnum's authors hold their validators against (MIT): valid ones, as they wrote them. */
export function nationalIdSamples(rule: string): readonly string[] {
  const file = join('node_modules/stdnum/src', `${rule.replace('-', '/')}.spec.ts`);
  if (!existsSync(file)) return [];
  const blocks = readFileSync(file, 'utf8').split(/\n {2}(?=it\(|test)/);
  const valid = blocks.filter((block) => /isValid\)\.toEqual\(true\)|isValid && result\.compact/.test(block));
  const samples = valid.flatMap((block) => {
    const each = /test\.each\(\[([^\]]*)\]\)/.exec(block)?.[1] ?? '';
    return [...`${each} ${/validate\(([^)]*)\)/.exec(block)?.[1] ?? ''}`.matchAll(/'([^']+)'/g)].map(
      ([, text = '']) => text,
    );
  });
  return [...new Set(samples)];
}

/** `sight`: false hits in them were looked at and mended; `heldOut`: they are only counted. */
const packages = {
  sight: [
    'express',
    'chevrotain',
    'zod',
    'yaml',
    'undici',
    'commander',
    'pino',
    're2js',
    'fast-check',
    'vitest',
    'ajv',
    'openai',
    '@anthropic-ai/sdk',
    '@aws-sdk/client-bedrock-runtime',
    '@google/genai',
    '@langchain/core',
    'ai',
    'dependency-cruiser',
    'google-auth-library',
    'knip',
    'rolldown',
    'smol-toml',
    'typescript',
    'vite',
  ],
  heldOut: [
    '@copilotkit/aimock',
    '@langchain/anthropic',
    '@langchain/openai',
    '@smithy/core',
    '@upstash/redis',
    'acorn',
    'enhanced-resolve',
    'gpt-tokenizer',
    'jiti',
    'picomatch',
    'protobufjs',
    'qs',
    'redis',
    'semver',
  ],
};
const most = 3_000_000;

/** Files of installed packages: their program text, or what they tell their readers. */
export function unlabelledText(kind: 'code' | 'prose', from: keyof typeof packages): string {
  const wanted = kind === 'code' ? /\.(?:[cm]?js|ts)$/ : /\.md$/i;
  const texts: string[] = [];
  for (const name of packages[from]) {
    const folder = join('node_modules', name);
    if (!existsSync(folder)) continue;
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && wanted.test(file.name) && !/\.min\./.test(file.name))
      .map((file) => join(file.parentPath, file.name))
      .sort();
    let left = most / packages[from].length;
    for (const file of files) {
      if (left <= 0) break;
      const text = readFileSync(file, 'utf8').slice(0, left);
      left -= text.length;
      texts.push(text);
    }
  }
  return texts.join('\n');
}
