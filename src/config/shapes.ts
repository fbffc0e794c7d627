import { z } from 'zod';
import { modelAbilities } from '../catalog/known-model.ts';
import { currencies, readDuration } from '../syntax/quantities.ts';
import {
  address,
  asText,
  count,
  countOrNone,
  duration,
  durationOrNone,
  flag,
  hostLabel,
  leaf,
  money,
  network,
  oneOf,
  onlyTrue,
  optionalAddress,
  port,
  projectId,
  secret,
  share,
  size,
  text,
  timeZone,
  tokens,
  word,
} from './shape-leaves.ts';

export const timeZoneShape = timeZone;
export const currencyShape = oneOf(currencies);
export const policyShape = text;
/** What it is for is read by the attributes' types. */
export const policyEntryShape = z.strictObject({ for: z.unknown().optional(), use: text });
export const catalogPathShape = text;
export const versionShape = leaf((value) => (value === 1 ? value : undefined), 'is no version', 'write `version: 1`');
export const policySourceShape = oneOf(['file', 'store'] as const);

export const serverShape = z.strictObject({
  host: text.optional(),
  port: port.optional(),
  max_body: size.optional(),
  max_header: size.optional(),
  header_timeout: duration.optional(),
  body_timeout: duration.optional(),
  write_timeout: duration.optional(),
  keep_alive: duration.optional(),
  max_concurrency: count.optional(),
  max_queue: countOrNone.optional(),
  shutdown_delay: durationOrNone.optional(),
  shutdown_grace: durationOrNone.optional(),
  trust_proxy: z.array(network).optional(),
  tls: z.strictObject({ cert: text, key: text }).optional(),
});

export const circuitShape = oneOf(['off']);
export const circuitMapShape = z.strictObject({
  failures: count.optional(),
  error_rate: share.optional(),
  calls: count.optional(),
  window: duration.optional(),
  rest: duration.optional(),
  longest_rest: duration.optional(),
});

export const authShape = z.strictObject({ required: flag.optional(), admin_token: secret.optional() });

export const storeShape = leaf(
  // Without TLS only on this machine, as before a local stand-in for the service.
  (value) =>
    /^(?:memory|sqlite:.+|rediss?:\/\/.+|upstash:(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost)[:/]).+)$/.exec(
      asText(value),
    )?.[0],
  'is not a store',
  'write `memory`, `sqlite:FILE`, `redis://…`, `rediss://…` or `upstash:https://…`',
);

export const storeMapShape = z.strictObject({
  url: storeShape,
  token: secret.optional(),
  on_unavailable: oneOf(['refuse', 'allow']).optional(),
  local_allowance: money.optional(),
});

export const tokensShape = oneOf(['estimated', 'exact'] as const);
export const estimatesShape = z.strictObject({ output_tokens: tokens.optional() });

export const ledgerShape = leaf(
  (value) => /^(?:off|sqlite:.+|jsonl:.+)$/.exec(asText(value))?.[0],
  'is not a ledger',
  'write `sqlite:FILE`, `jsonl:DIR` or `off`',
);

export const ledgerMapShape = z.strictObject({
  url: ledgerShape.optional(),
  keep: leaf(
    (value) => (value === 'forever' ? value : readDuration(asText(value)) || undefined),
    'is neither a duration nor `forever`',
    'write it like `90d`',
  ).optional(),
  content: flag.optional(),
  on_unavailable: oneOf(['refuse', 'allow']).optional(),
});

/** A catalogue of models; its entries are read one by one. */
export const catalogueShape = z.strictObject({ source: text.optional(), models: z.unknown() });

export const knownModelShape = z.strictObject({
  kind: word,
  upstream: text,
  abilities: z.array(oneOf(modelAbilities)),
  context_window: tokens.optional(),
  max_output: tokens.optional(),
  source: text,
  date: leaf((value) => /^\d{4}-\d{2}-\d{2}$/.exec(asText(value))?.[0], 'is not a day', 'write it like `2026-01-31`'),
});

/** Secrets are read where they stand: they may be text, a file or a command. */
export const providerShape = z.strictObject({
  kind: word,
  base_url: address.optional(),
  api_key: z.unknown().optional(),
  api_keys: z.unknown().optional(),
  credentials: oneOf(['default-chain']).optional(),
  headers: z.unknown().optional(),
  proxy: optionalAddress.optional(),
  region: word.optional(),
  timeout: duration.optional(),
  idle_timeout: duration.optional(),
  circuit: z.unknown().optional(),
  surfaces: z.array(oneOf(['chat', 'responses', 'messages', 'count_tokens', 'embeddings'])).optional(),
  resource_name: hostLabel.optional(),
  api_version: oneOf(['v1', 'preview']).optional(),
  aws_region: hostLabel.optional(),
  google_project: projectId.optional(),
  google_location: hostLabel.optional(),
});

/** What a model can do beyond its attributes `vision`, `tools`, `json_schema` and `reasoning`. */
const abilitiesShape = z.strictObject({
  embeddings: flag.optional(),
  audio: flag.optional(),
  files: flag.optional(),
  image_urls: flag.optional(),
  file_urls: flag.optional(),
  parallel_tools: flag.optional(),
  logprobs: flag.optional(),
  many_choices: flag.optional(),
  prediction: flag.optional(),
  stateful: flag.optional(),
  native: flag.optional(),
});

/** The fields of a model that are no attributes; its region is one, but makes the words of its own type. */
export const modelShape = z.strictObject({
  provider: word,
  upstream: text.optional(),
  region: word.optional(),
  answers_to: z.array(text).optional(),
  price: oneOf(['free']).optional(),
  prices: z.unknown().optional(),
  abilities: abilitiesShape.optional(),
});

export type ModelShape = z.output<typeof modelShape>;

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

/** What is kept of answers, and by which model texts are compared. */
export const cacheShape = z.strictObject({
  entries: count.optional(),
  size: size.optional(),
  max_answer: size.optional(),
  semantic: z.strictObject({ model: word, entries: count.optional(), timeout: duration.optional() }).optional(),
});

/** What tells the kind of a guard; the shape of the kind reads the rest. */
export const guardShape = z.strictObject({ kind: word });

export const channelShape = z.strictObject({ webhook: optionalAddress, secret: secret.optional() });
