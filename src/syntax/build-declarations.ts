import type { CstNode, IToken } from 'chevrotain';
import type { Deny, Hours, Let, Require, Schedule } from './ast.ts';
import { buildExpression, buildWhen } from './build-expression.ts';
import { buildReject } from './build-routes.ts';
import type { CstReader } from './cst.ts';

export function buildLet(reader: CstReader, node: CstNode): Let | undefined {
  const name = reader.name(reader.token(node, 'Name'));
  if (!name) return undefined;
  return { kind: 'let', span: reader.spanOf(node), notes: [], name, value: buildExpression(reader, node) };
}

export function buildSchedule(reader: CstReader, node: CstNode): Schedule | undefined {
  const name = reader.name(reader.token(node, 'Name'));
  if (!name) return undefined;
  const hours = reader.nodes(node, 'hours').flatMap((span) => buildHours(reader, span) ?? []);
  return { kind: 'schedule', span: reader.spanOf(node), notes: [], name, hours };
}

function buildHours(reader: CstReader, node: CstNode): Hours | undefined {
  const from = reader.token(node, 'from');
  const to = reader.token(node, 'to');
  const zone = reader.textName(reader.token(node, 'String'));
  if (!from || !to || !zone) return undefined;
  const days = reader.nodes(node, 'days').flatMap((day) => {
    const first = reader.name(reader.token(day, 'first'));
    return first ? [{ first, last: reader.name(reader.token(day, 'last')) }] : [];
  });
  return { kind: 'hours', span: reader.spanOf(node), days, from: minute(reader, from), to: minute(reader, to), zone };
}

/** `HH:MM`, from 00:00 to 24:00, as the minute of the day. */
function minute(reader: CstReader, token: IToken): number {
  const [hours = 0, minutes = 0] = token.image.split(':').map(Number);
  const of = hours * 60 + minutes;
  if (minutes < 60 && of <= 24 * 60) return of;
  reader.report(
    'inexact-number',
    reader.spanOf(token),
    `\`${token.image}\` is not a time of day`,
    'write a time from 00:00 to 24:00',
  );
  return 0;
}

export function buildDeny(reader: CstReader, node: CstNode): Deny {
  return {
    kind: 'deny',
    span: reader.spanOf(node),
    notes: [],
    target: reader.token(node, 'target')?.image === 'request' ? 'request' : 'model',
    when: buildWhen(reader, node) ?? { kind: 'invalid', span: reader.spanOf(node) },
    because: reader.text(reader.token(node, 'String')),
  };
}

export function buildRequire(reader: CstReader, node: CstNode): Require {
  const span = reader.spanOf(node);
  const reject = reader.node(node, 'reject');
  return {
    kind: 'require',
    span,
    notes: [],
    condition: buildExpression(reader, node),
    when: buildWhen(reader, node),
    reject: reject ? buildReject(reader, reject) : { kind: 'reject', span, status: 403, message: undefined },
  };
}
