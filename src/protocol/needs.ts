/**
 * What a body may use that not every model, and not every way to it, can carry: the words of `request.needs`. `image_urls` and
 * `file_urls` are content that stands somewhere else, which the gateway never fetches; `native` is whatever only the API that the body is written for understands.
 */
export const needs = [
  'vision',
  'audio',
  'files',
  'image_urls',
  'file_urls',
  'tools',
  'parallel_tools',
  'json_schema',
  'reasoning',
  'logprobs',
  'many_choices',
  'prediction',
  'stateful',
  'native',
] as const;

export type Need = (typeof needs)[number];
