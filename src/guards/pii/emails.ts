import type { Recognised, Recogniser } from './recogniser.ts';

/** RFC 5321: at most 64 units before the `@`. Beyond ASCII: RFC 6531. */
const before = /(?:(?<![^\s<(;,])"(?:[^"\\\r\n]|\\.){1,62}"|[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64})$/u;
const behind =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}(?:\p{L}{2,24}|xn--[a-z0-9-]{2,59})(?![\p{L}\p{N}]|-\p{L})/u;

/** What a file at the end of a name looks like, and no top-level domain. */
const fileEnding = /\.(?:js|mjs|cjs|ts|tsx|jsx|json|md|css|html|png|svg|jpg|yaml|yml|lock|txt)$/i;

/** Quotes, brackets and marks that stand around an address, and what cannot begin or end its first part. */
const opening = /^[.!#$%&'*/=?^`{|}~-]+/;

/** Of a URL that says who logs in: `ssh://user@host`, `https://user:password@host`. */
const urlLogin = /:\/\/(?:[^\s/@]{0,64}:)?$/;

/** Addresses of e-mail. Not: `git@host:path`, the login of a shell; `user:password@host`, which is a secret. */
export const findEmails: Recogniser = (text) => {
  const found: Recognised[] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const local = before.exec(text.slice(Math.max(0, at - 64), at))?.[0].replace(opening, '') ?? '';
    const domain = behind.exec(text.slice(at + 1, at + 256))?.[0] ?? '';
    if (local === '' || local.endsWith('.') || domain === '' || fileEnding.test(domain)) continue;
    const [start, end] = [at - local.length, at + 1 + domain.length];
    if (local === 'git' && text[end] === ':') continue;
    if (urlLogin.test(text.slice(Math.max(0, start - 72), start))) continue;
    found.push({ start, end });
  }
  return found;
};
