import type { CstNode, IToken } from 'chevrotain';
import type { CstReader } from '../syntax/cst.ts';

/** How tightly the forms of an expression bind, loosest first. */
const binding = { or: 0, and: 1, not: 2, comparison: 3, coalesce: 4, primary: 5 } as const;
type Binding = (typeof binding)[keyof typeof binding];

/** The parentheses without which the tree would be the same. */
export function redundantParentheses(reader: CstReader, root: CstNode): ReadonlySet<IToken> {
  const found = new Set<IToken>();

  /** `bare`: the loosest binding that needs no parentheses in this place. */
  const visit = (node: CstNode, bare: Binding): void => {
    const parenthesised = reader.node(node, 'expression');
    if (node.name === 'primary' && parenthesised) visitParenthesised(node, parenthesised, bare);
    else for (const child of childNodes(node)) visit(child, bareIn(reader, node, child, bare));
  };

  const visitParenthesised = (node: CstNode, inner: CstNode, bare: Binding): void => {
    const redundant = bindingOf(reader, inner) >= bare;
    if (redundant)
      for (const key of ['LParen', 'RParen']) for (const token of reader.tokens(node, key)) found.add(token);
    visit(inner, redundant ? bare : binding.or);
  };

  visit(root, binding.or);
  return found;
}

const childNodes = (node: CstNode): CstNode[] =>
  Object.values(node.children).flatMap((elements) =>
    (elements ?? []).filter((element): element is CstNode => 'children' in element),
  );

/** The loosest binding that an operand of each form may have without parentheses. */
const operandBinding: ReadonlyMap<string, Binding> = new Map([
  ['expression', binding.and],
  ['conjunction', binding.not],
  ['negation', binding.not],
  ['comparison', binding.coalesce],
  ['coalesce', binding.primary],
]);

/** What may stand bare in a child of the node. */
function bareIn(reader: CstReader, node: CstNode, child: CstNode, bare: Binding): Binding {
  const operand = operandBinding.get(node.name);
  if (operand !== undefined) return ownBinding(reader, node) === undefined ? bare : operand;
  return child.name === 'coalesce' ? binding.coalesce : binding.or;
}

/** The binding of a node's operator; undefined where it has none and is only a step on the way down. */
function ownBinding(reader: CstReader, node: CstNode): Binding | undefined {
  switch (node.name) {
    case 'expression':
      return reader.has(node, 'OrKeyword') ? binding.or : undefined;
    case 'conjunction':
      return reader.has(node, 'AndKeyword') ? binding.and : undefined;
    case 'negation':
      return reader.has(node, 'NotKeyword') ? binding.not : undefined;
    case 'comparison':
      return Object.keys(node.children).length > 1 ? binding.comparison : undefined;
    case 'coalesce':
      return reader.has(node, 'Coalesce') ? binding.coalesce : undefined;
    default:
      return reader.has(node, 'expression') ? undefined : binding.primary;
  }
}

function bindingOf(reader: CstReader, node: CstNode): Binding {
  const own = ownBinding(reader, node);
  if (own !== undefined) return own;
  const [only] = childNodes(node);
  return only ? bindingOf(reader, only) : binding.primary;
}
