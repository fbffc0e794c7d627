import type { SurfaceName } from './api-request.ts';
import { chat } from './chat/surface.ts';
import { embeddings } from './embeddings/surface.ts';
import { messages } from './messages/surface.ts';
import { responses } from './responses/surface.ts';
import type { Surface } from './surface.ts';

/** Every API that callers can speak. One more is a folder and a row. */
export const surfaces: Readonly<Record<SurfaceName, Surface>> = { chat, responses, messages, embeddings };
