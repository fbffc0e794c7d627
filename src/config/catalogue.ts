import { builtInCatalogue } from '../catalog/built-in-catalogue.ts';
import { type Catalogue, catalogueKey, type KnownModel } from '../catalog/known-model.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { Source } from '../diagnostics/source.ts';
import { type ConfigNode, nodeAt, quoteNode, writtenText } from './config-node.ts';
import { providerKinds } from './provider-kinds.ts';
import { itemsOf } from './read-entries.ts';
import { readShape } from './read-shape.ts';
import { readYaml } from './read-yaml.ts';
import { catalogPathShape, catalogueShape, knownModelShape } from './shapes.ts';
import { unknownWord } from './unknown-word.ts';

/** Finds a file that the config names, relative to the config's folder. */
export type OpenFile = (path: string) => Source | { readonly problem: string };

function checkKind(node: ConfigNode, diagnostics: Diagnostic[]): void {
  const place = nodeAt(node, ['kind']) ?? node;
  if (providerKinds.some((kind) => kind === writtenText(place))) return;
  const message = `${quoteNode(place)} is no kind of provider`;
  diagnostics.push(unknownWord('config-unknown-name', place.span, message, writtenText(place), providerKinds));
}

function readKnownModel(node: ConfigNode, diagnostics: Diagnostic[]): readonly [string, KnownModel] | undefined {
  const shape = readShape(knownModelShape, node, diagnostics);
  if (!shape) return undefined;
  checkKind(node, diagnostics);
  const { kind, upstream, abilities, context_window, max_output, source, date } = shape;
  const model = {
    abilities,
    ...(context_window === undefined ? {} : { contextWindow: context_window }),
    ...(max_output === undefined ? {} : { maxOutput: max_output }),
    source,
    date,
  };
  return [catalogueKey(kind, upstream), model];
}

function readModels(root: ConfigNode, diagnostics: Diagnostic[]): Catalogue {
  const models = new Map<string, KnownModel>();
  const places = new Map<string, ConfigNode>();
  readShape(catalogueShape, root, diagnostics);
  for (const node of itemsOf(nodeAt(root, ['models']), diagnostics)) {
    const [key, model] = readKnownModel(node, diagnostics) ?? [];
    if (key === undefined || model === undefined) continue;
    const earlier = places.get(key);
    const place = nodeAt(node, ['upstream']) ?? node;
    if (earlier) {
      const secondary = [{ span: earlier.span, message: 'first written here' }];
      const details = { secondary, help: 'keep one of them' };
      diagnostics.push(errorAt('config-duplicate', place.span, `\`${key}\` is listed twice`, details));
    }
    places.set(key, earlier ?? place);
    models.set(key, model);
  }
  return models;
}

/** The catalogue that the config names, else the built-in one. Where it has errors there is none. */
export function readCatalogue(root: ConfigNode, open: OpenFile, diagnostics: Diagnostic[]): Catalogue {
  const node = nodeAt(root, ['catalog']);
  const path = node && readShape(catalogPathShape, node, diagnostics);
  if (!node || path === undefined) return builtInCatalogue;
  const opened = open(path);
  if ('problem' in opened) {
    const help = 'name a file beside the config, or leave `catalog` out for the one that is built in';
    const message = `${quoteNode(node)} cannot be read: ${opened.problem}`;
    diagnostics.push(errorAt('config-invalid-value', node.span, message, { help }));
    return builtInCatalogue;
  }
  const found: Diagnostic[] = [];
  const file = readYaml(opened, {}, found);
  const models = file ? readModels(file, found) : builtInCatalogue;
  diagnostics.push(...found);
  return models;
}
