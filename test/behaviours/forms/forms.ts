import { anthropicForm } from './anthropic.ts';
import { bedrockForm } from './bedrock.ts';
import { chatForm, mistralForm } from './chat.ts';
import { cohereForm } from './cohere.ts';
import type { Form } from './form.ts';
import { geminiForm } from './gemini.ts';
import { responsesForm } from './responses.ts';

/** Every form that a stream is read in. */
export const forms: readonly Form[] = [
  chatForm,
  responsesForm,
  anthropicForm,
  geminiForm,
  bedrockForm,
  mistralForm,
  cohereForm,
];
