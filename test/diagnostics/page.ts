import { readdirSync, readFileSync } from 'node:fs';
import { readPolicy } from '../../src/compile/read-policy.ts';
import type { GatewayConfig } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import type { Diagnostic, Parsed } from '../../src/diagnostics/diagnostic.ts';
import { createSource, type Source } from '../../src/diagnostics/source.ts';
import { compileServed } from '../../src/gateway/compile-served.ts';
import type { ResolveParent } from '../../src/semantics/link-layers.ts';
import { acme, policyText } from '../support/acme.ts';
import { mended } from '../support/mended.ts';

const folder = new URL('../../grammar/diagnostics/', import.meta.url);

/** A fenced block: its language and words, `llmpolicy file=org.llmpolicy`, and its text. */
interface Block {
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
}

export interface Page {
  /** The title, the sentence below it, and the headings. */
  readonly title: string;
  readonly sentence: string;
  readonly headings: readonly string[];
  readonly wrong: readonly Block[];
  readonly right: readonly Block[];
}

export const pageCodes: readonly string[] = readdirSync(folder)
  .map((name) => name.replace(/\.md$/, ''))
  .sort();

export function readPage(code: string): Page {
  const text = readFileSync(new URL(`${code}.md`, folder), 'utf8');
  const [head = '', ...sections] = text.split(/^## /m);
  const [title = '', sentence = ''] = head.split('\n\n');
  const blocksOf = (heading: string) => blocks(sections.find((section) => section.startsWith(`${heading}\n`)) ?? '');
  return {
    title,
    sentence: sentence.trim().replaceAll('\n', ' '),
    headings: sections.map((section) => section.split('\n', 1)[0] ?? ''),
    wrong: blocksOf('Wrong'),
    right: blocksOf('Right'),
  };
}

function blocks(section: string): Block[] {
  return [...section.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].map(([, info = '', text = '']) => {
    const [language = '', ...words] = info.split(' ');
    return { language, words, text };
  });
}

/**
 * Everything that is said of an example. A `yaml` block is the config, which without one is acme's. Of several policies the
 * last is served and the others are files beside it; `whole` and `file=…` have a header of their own, other policies are rules;
 * `json` is a compiled one.
 */
export function diagnoseExample(example: readonly Block[]): readonly Diagnostic[] {
  const yaml = example.find(({ language }) => language === 'yaml');
  const policies = example.filter(({ language }) => language === 'llmpolicy' || language === 'json');
  const config = yaml ? readYaml(yaml) : { value: acme, diagnostics: [] };
  const served = policies.at(-1);
  if (!served || !config.value) return config.diagnostics;
  return [...config.diagnostics, ...diagnosePolicy(served, policies, config.value)];
}

/** The example with the edits of its findings, all of which are in its last block. */
export function mendExample(example: readonly Block[], findings: readonly Diagnostic[]): readonly Block[] {
  const [last, source] = [example.at(-1), findings[0]?.primary.span.source];
  if (!last || !source) return example;
  return [...example.slice(0, -1), { ...last, words: ['whole'], text: mended(source.text, findings) }];
}

function readYaml({ words, text }: Block): Parsed<GatewayConfig> {
  const whole = words.includes('whole') ? text : `${text}\nversion: 1\npolicy: app.llmpolicy\n`;
  return readConfig(createSource('gateway.config.yaml', whole), {});
}

function diagnosePolicy(
  served: Block,
  policies: readonly Block[],
  { environment }: GatewayConfig,
): readonly Diagnostic[] {
  const files = new Map(policies.map((block) => [nameOf(block), sourceOf(block)]));
  const resolve: ResolveParent = (_, written) =>
    files.get(written.replace('./', '')) ?? { problem: 'there is no such file' };
  const read = served.words.includes('serve') ? compileServed : readPolicy;
  return read(sourceOf(served), environment, resolve).diagnostics;
}

function nameOf({ words, language }: Block): string {
  const name = language === 'json' ? 'policy.json' : 'test.llmpolicy';
  return words.find((word) => word.startsWith('file='))?.replace('file=', '') ?? name;
}

function sourceOf(block: Block): Source {
  const isWhole = block.language === 'json' || block.words.some((word) => word === 'whole' || word.startsWith('file='));
  return createSource(nameOf(block), isWhole ? block.text : policyText(block.text));
}
