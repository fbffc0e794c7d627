import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import type { Detector, Finding } from '../guard.ts';
import type { FoundSecret } from './found-secret.ts';
import { findMarkedTokens, lastRowOf } from './marked-tokens.ts';
import { findNamedValues } from './named-values.ts';

/** Longer than most tokens and connection strings; keys in PEM and what is longer are held from where they begin instead. */
const windowUnits = 1024;

/** PEM of a key of 8192 bits, and some more. */
const longestKey = 16_000;

const preset = '@secretlint/secretlint-rule-preset-recommend';
const options = {
  config: { rules: [{ id: preset, rule: creator }] },
  noPhysicFilePath: true,
};

/** A text must not be able to switch the rules off, as a comment in a file may. The letters are kept in number. */
function withoutSwitches(text: string): string {
  return text.includes('secretlint-') ? text.replaceAll('secretlint-', 'secretlint_') : text;
}

/** `@secretlint/secretlint-rule-github` → `github` */
const shortRule = (id: string): string => id.replace(/^.*secretlint-rule-/, '');

/** Those that say something of their own. */
const beside = (known: readonly FoundSecret[], more: readonly FoundSecret[]): readonly FoundSecret[] =>
  more.filter(({ start, end }) => !known.some((other) => other.start <= start && end <= other.end));

/** Passwords, tokens and keys: by the recommended rules of secretlint, by further marks of issuers, and by what the text calls one. */
export function createSecretsDetector(): Detector {
  return {
    reach: { kind: 'window', units: windowUnits },
    pure: true,
    async inspect(text) {
      // Some rules read only files that are called as if they held JSON; none reads fewer texts for it.
      const source = {
        filePath: 'text.json',
        ext: '.json',
        contentType: 'text' as const,
        content: withoutSwitches(text),
      };
      const { messages } = await lintSource({ source, options });
      const known = messages.map(({ range: [start, end], ruleId }) => ({ start, end, rule: shortRule(ruleId) }));
      const marked = beside(known, findMarkedTokens(text));
      const named = beside([...known, ...marked], findNamedValues(text));
      return [...known, ...marked, ...named].map((found): Finding => ({ ...found, kind: 'secret' }));
    },
    openAt(text) {
      const open = [openKey(text), openToken(text)].flatMap((at) => at ?? []);
      const held = open.filter((at) => text.length - at < longestKey);
      return held.length > 0 ? Math.min(...held) : undefined;
    },
  };
}

function openKey(text: string): number | undefined {
  const at = text.lastIndexOf('-----BEGIN ');
  return at >= 0 && !text.includes('-----END ', at) ? at : undefined;
}

/** Signed tokens can be longer than the window. */
function openToken(text: string): number | undefined {
  const at = lastRowOf(text);
  return text.length - at > windowUnits / 2 ? at : undefined;
}
