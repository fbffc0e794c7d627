import type { Need } from '../../src/protocol/needs.ts';

/** What callers do, with what they say and what the model is to answer: the same in every API. */
export interface Behaviour {
  readonly name: string;
  /** What it needs, in the words of `request.needs`. */
  readonly needs: readonly Need[];
  /** Streams in documented forms show it too. */
  readonly isInForms?: true;
  /** The last words of the user: an upstream knows by them what to answer. */
  readonly prompt: string;
  readonly tools: readonly string[];
  /** A round of calls and their results that came before. */
  readonly earlier: readonly { readonly id: string; readonly city: string; readonly result: string }[];
  readonly schema?: Readonly<Record<string, unknown>>;
  /** Base64 of a PNG. */
  readonly image?: string;
  readonly effort?: 'low' | 'high';
  readonly answer: {
    readonly text?: string;
    readonly reasoning?: string;
    readonly calls?: readonly { readonly name: string; readonly input: Readonly<Record<string, unknown>> }[];
  };
}

export const systemWords = 'Answer briefly.';

/** The smallest picture there is: one transparent point. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const none = { tools: [], earlier: [] } as const;

export const behaviours: readonly Behaviour[] = [
  { ...none, name: 'text', isInForms: true, needs: [], prompt: 'say hello', answer: { text: 'Hello there.' } },
  {
    ...none,
    name: 'one tool',
    isInForms: true,
    needs: ['tools'],
    prompt: 'weather in one city',
    tools: ['weather'],
    answer: { calls: [{ name: 'weather', input: { city: 'Lyon' } }] },
  },
  {
    name: 'parallel tools',
    isInForms: true,
    needs: ['tools', 'parallel_tools'],
    prompt: 'weather in two more cities',
    tools: ['weather', 'time'],
    earlier: [
      { id: 'call_a', city: 'Rome', result: 'sunny' },
      { id: 'call_b', city: 'Oslo', result: 'snow' },
    ],
    answer: {
      calls: [
        { name: 'weather', input: { city: 'Kyiv' } },
        { name: 'time', input: { city: 'Lima' } },
      ],
    },
  },
  {
    ...none,
    name: 'JSON Schema',
    needs: ['json_schema'],
    prompt: 'a number as JSON',
    schema: {
      type: 'object',
      properties: { number: { type: 'integer' } },
      required: ['number'],
      additionalProperties: false,
    },
    answer: { text: '{"number":42}' },
  },
  {
    ...none,
    name: 'image',
    needs: ['vision'],
    prompt: 'what is in the picture',
    image: png,
    answer: { text: 'A point.' },
  },
  {
    ...none,
    name: 'reasoning',
    isInForms: true,
    needs: ['reasoning'],
    prompt: 'think about it',
    effort: 'high',
    answer: { text: 'Done.', reasoning: 'First this, then that.' },
  },
];

/** JSON Schema of the input of every tool. */
export const toolSchema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
} as const;
