import { z } from 'zod';
import { currencies } from '../syntax/quantities.ts';
import {
  address,
  asText,
  duration,
  flag,
  leaf,
  money,
  oneOf,
  onlyTrue,
  optionalAddress,
  port,
  secret,
  size,
  text,
  timeZone,
  word,
} from './shape-leaves.ts';

export const timeZoneShape = timeZone;
export const currencyShape = oneOf(currencies);
export const policyShape = text;
export const versionShape = leaf((value) => (value === 1 ? value : undefined), 'is no version', 'write `version: 1`');
export const policySourceShape = oneOf(['file', 'store']);

export const serverShape = z.strictObject({
  host: text.optional(),
  port: port.optional(),
  max_body: size.optional(),
});

export const authShape = z.strictObject({ required: flag.optional(), admin_token: secret.optional() });

export const storeShape = leaf(
  (value) => /^(?:memory|sqlite:.+|rediss?:\/\/.+|upstash:https:\/\/.+)$/.exec(asText(value))?.[0],
  'is not a store',
  'write `memory`, `sqlite:FILE`, `redis://…`, `rediss://…` or `upstash:https://…`',
);

export const storeMapShape = z.strictObject({
  url: storeShape,
  token: secret.optional(),
  on_unavailable: oneOf(['refuse', 'allow']).optional(),
  local_allowance: money.optional(),
});

export const ledgerShape = leaf(
  (value) => /^(?:off|sqlite:.+|jsonl:.+)$/.exec(asText(value))?.[0],
  'is not a ledger',
  'write `sqlite:FILE`, `jsonl:DIR` or `off`',
);

export const providerShape = z.strictObject({
  kind: word,
  base_url: address.optional(),
  api_key: secret.optional(),
  api_keys: z.array(secret).optional(),
  region: word.optional(),
  timeout: duration.optional(),
});

/** The fields of a model that are no attributes; its region is one, but makes the words of its own type. */
export const modelShape = z.strictObject({
  provider: word,
  upstream: text.optional(),
  region: word.optional(),
  answers_to: z.array(text).optional(),
});

export const attributeShape = z.strictObject({
  type: word,
  values: z.array(word).optional(),
  required: onlyTrue.optional(),
  optional: onlyTrue.optional(),
  default: z.unknown().optional(),
  from: z.array(text).optional(),
  sensitive: flag.optional(),
});

/** The fields of a key that are no attributes. */
export const keyShape = z.strictObject({
  name: text,
  hash: leaf(
    (value) => /^sha256:([0-9a-f]{64})$/i.exec(asText(value))?.[1]?.toLowerCase(),
    'is not the hash of a key',
    'write `sha256:` and 64 hexadecimal digits; `llmpolicy keys create` prints it',
  ),
});

/** What tells the kind of a guard; the shape of the kind reads the rest. */
export const guardShape = z.strictObject({ kind: word });

export const channelShape = z.strictObject({ webhook: optionalAddress });
