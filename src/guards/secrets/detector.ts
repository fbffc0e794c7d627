import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import type { Detector } from '../guard.ts';

/** Longer than every token and connection string; keys in PEM are held from their first line on instead. */
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

/** Passwords, tokens and keys, by the recommended rules of secretlint. */
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
      return messages.map(({ range: [start, end], ruleId }) => ({
        start,
        end,
        rule: shortRule(ruleId),
        kind: 'secret',
      }));
    },
    openAt(text) {
      const at = text.lastIndexOf('-----BEGIN ');
      const open = at >= 0 && text.length - at < longestKey && !text.includes('-----END ', at);
      return open ? at : undefined;
    },
  };
}
