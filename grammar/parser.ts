import { CstParser, type IToken, type TokenType } from 'chevrotain';
import { distance } from 'fastest-levenshtein';
import { keywords, keywordToken, keywordTokens } from './keywords.ts';
import { standsFor } from './mends.ts';
import { parseMessages } from './messages.ts';
import * as t from './tokens.ts';

const k = keywordToken;

const vocabulary: TokenType[] = [t.AnyWord, t.Name, ...t.lexedTokens, ...keywordTokens];

/** A word this near to the one keyword that can stand in a place is read as that keyword. */
const spellingDistance = 2;

/**
 * The language's grammar. Its rules are those of the reference, under the same names; clauses that end a rule are taken in
 * any order here, so that a wrong order gets its own message and not a syntax error.
 */
export class PolicyParser extends CstParser {
  constructor() {
    super(vocabulary, {
      recoveryEnabled: true,
      maxLookahead: 2,
      nodeLocationTracking: 'full',
      errorMessageProvider: parseMessages,
    });
    this.performSelfAnalysis();
  }

  readonly file = this.RULE('file', () => {
    this.OPTION(() => {
      this.CONSUME(k('edition'));
      this.CONSUME(t.Int);
    });
    this.OPTION2(() => {
      this.CONSUME(k('policy'));
      this.CONSUME(t.StringToken, { LABEL: 'name' });
    });
    this.OPTION3(() => {
      this.CONSUME(k('extends'));
      this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.CONSUME2(t.StringToken, { LABEL: 'parent' }) });
    });
    this.MANY(() => this.SUBRULE(this.item));
  });

  /** What a `.llmtest` file holds. */
  readonly testFile = this.RULE('testFile', () => {
    this.MANY(() => this.SUBRULE(this.test));
  });

  readonly item = this.RULE('item', () => {
    this.MANY(() => this.SUBRULE(this.note));
    this.OR([
      { ALT: () => this.SUBRULE(this.let) },
      { ALT: () => this.SUBRULE(this.schedule) },
      { ALT: () => this.SUBRULE(this.deny) },
      { ALT: () => this.SUBRULE(this.require) },
      { ALT: () => this.SUBRULE(this.routes) },
      { ALT: () => this.SUBRULE(this.retry) },
      { ALT: () => this.SUBRULE(this.fallback) },
      { ALT: () => this.SUBRULE(this.budget) },
      { ALT: () => this.SUBRULE(this.limit) },
      { ALT: () => this.SUBRULE(this.cap) },
      { ALT: () => this.SUBRULE(this.cache) },
      { ALT: () => this.SUBRULE(this.guard) },
      { ALT: () => this.SUBRULE(this.set) },
      { ALT: () => this.SUBRULE(this.tag) },
      { ALT: () => this.SUBRULE(this.mirror) },
      { ALT: () => this.SUBRULE(this.assert) },
      { ALT: () => this.SUBRULE(this.test) },
    ]);
  });

  readonly note = this.RULE('note', () => {
    this.CONSUME(t.At);
    this.CONSUME(t.Name);
    this.CONSUME(t.LParen);
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.value) });
    this.CONSUME(t.RParen);
  });

  // Declarations

  readonly let = this.RULE('let', () => {
    this.CONSUME(k('let'));
    this.CONSUME(t.Name);
    this.CONSUME(t.Assign);
    this.SUBRULE(this.expression);
  });

  readonly schedule = this.RULE('schedule', () => {
    this.CONSUME(k('schedule'));
    this.CONSUME(t.Name);
    this.CONSUME(t.Assign);
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.hours) });
  });

  readonly hours = this.RULE('hours', () => {
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.days) });
    this.CONSUME(t.Time, { LABEL: 'from' });
    this.CONSUME(t.DotDot);
    this.CONSUME2(t.Time, { LABEL: 'to' });
    this.CONSUME(t.StringToken);
  });

  readonly days = this.RULE('days', () => {
    this.CONSUME(t.Name, { LABEL: 'first' });
    this.OPTION(() => {
      this.CONSUME(t.DotDot);
      this.CONSUME2(t.Name, { LABEL: 'last' });
    });
  });

  // Constraints

  readonly deny = this.RULE('deny', () => {
    this.CONSUME(k('deny'));
    this.OR([
      { ALT: () => this.CONSUME(k('model'), { LABEL: 'target' }) },
      { ALT: () => this.CONSUME(k('request'), { LABEL: 'target' }) },
    ]);
    this.SUBRULE(this.when);
    this.OPTION(() => {
      this.CONSUME(k('because'));
      this.CONSUME(t.StringToken);
    });
  });

  readonly require = this.RULE('require', () => {
    this.CONSUME(k('require'));
    this.SUBRULE(this.expression);
    this.OPTION(() => this.SUBRULE(this.when));
    this.CONSUME(k('else'));
    this.SUBRULE(this.reject);
  });

  readonly reject = this.RULE('reject', () => {
    this.CONSUME(k('reject'));
    this.CONSUME(t.Int);
    this.OPTION(() => this.CONSUME(t.StringToken));
  });

  readonly when = this.RULE('when', () => {
    this.CONSUME(k('when'));
    this.SUBRULE(this.expression);
  });

  // Routes

  readonly routes = this.RULE('routes', () => {
    this.CONSUME(k('routes'));
    this.CONSUME(t.LBrace);
    this.MANY(() => this.SUBRULE(this.choice));
    this.CONSUME(k('otherwise'));
    this.SUBRULE(this.plan);
    this.SUBRULE(this.tail);
    this.CONSUME(t.RBrace);
  });

  readonly choice = this.RULE('choice', () => {
    this.MANY(() => this.SUBRULE(this.note));
    this.OR([{ ALT: () => this.SUBRULE(this.route) }, { ALT: () => this.SUBRULE(this.split) }]);
  });

  readonly route = this.RULE('route', () => {
    this.CONSUME(k('route'));
    this.CONSUME(t.Name);
    this.SUBRULE(this.when);
    this.SUBRULE(this.plan);
    this.SUBRULE(this.tail);
  });

  readonly split = this.RULE('split', () => {
    this.CONSUME(k('split'));
    this.CONSUME(t.Name);
    this.CONSUME(k('on'));
    this.SUBRULE(this.coalesce);
    this.MANY(() => {
      this.OR([{ ALT: () => this.SUBRULE(this.salt) }, { ALT: () => this.SUBRULE(this.when) }]);
    });
    this.CONSUME(t.LBrace);
    this.AT_LEAST_ONE(() => this.SUBRULE(this.branch));
    this.CONSUME(k('otherwise'));
    this.SUBRULE(this.share);
    this.CONSUME(t.RBrace);
  });

  readonly branch = this.RULE('branch', () => {
    this.CONSUME(t.Percent);
    this.SUBRULE(this.share);
  });

  /** What a branch of a split gets. */
  readonly share = this.RULE('share', () => {
    this.OPTION(() => {
      this.CONSUME(k('as'));
      this.CONSUME(t.Name);
    });
    this.SUBRULE(this.plan);
    this.SUBRULE(this.tail);
  });

  readonly plan = this.RULE('plan', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(k('use'));
          this.AT_LEAST_ONE_SEP({ SEP: k('then'), DEF: () => this.SUBRULE(this.pick) });
        },
      },
      { ALT: () => this.SUBRULE(this.reject) },
    ]);
  });

  readonly tail = this.RULE('tail', () => {
    this.MANY(() => {
      this.OR([{ ALT: () => this.SUBRULE(this.retry) }, { ALT: () => this.SUBRULE(this.fallback) }]);
    });
  });

  readonly pick = this.RULE('pick', () => {
    this.OR([
      { GATE: () => this.LA(2).tokenType === k('of'), ALT: () => this.SUBRULE(this.spread) },
      {
        ALT: () => {
          this.OPTION({
            GATE: () => this.LA(2).tokenType === k('of'),
            DEF: () => {
              this.OR2([
                { ALT: () => this.CONSUME(k('cheapest'), { LABEL: 'order' }) },
                { ALT: () => this.CONSUME(k('fastest'), { LABEL: 'order' }) },
              ]);
              this.CONSUME(k('of'));
            },
          });
          this.SUBRULE(this.target);
        },
      },
    ]);
    this.MANY(() => this.SUBRULE(this.pickClause));
  });

  readonly pickClause = this.RULE('pickClause', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(k('after'));
          this.SUBRULE(this.names);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k('timeout'));
          this.CONSUME(t.Duration);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k('first'));
          this.CONSUME(k('token'));
          this.CONSUME2(t.Duration);
        },
      },
    ]);
  });

  readonly spread = this.RULE('spread', () => {
    this.CONSUME(k('spread'));
    this.CONSUME(k('of'));
    this.SUBRULE(this.target);
    this.CONSUME(k('on'));
    this.SUBRULE(this.coalesce);
    this.OPTION(() => this.SUBRULE(this.salt));
  });

  readonly salt = this.RULE('salt', () => {
    this.CONSUME(k('salt'));
    this.CONSUME(t.StringToken);
  });

  readonly target = this.RULE('target', () => {
    this.OR([
      { GATE: () => this.LA(2).tokenType === k('where'), ALT: () => this.SUBRULE(this.modelsWhere) },
      { ALT: () => this.SUBRULE(this.setLiteral) },
      { ALT: () => this.SUBRULE(this.modelName) },
    ]);
  });

  readonly modelName = this.RULE('modelName', () => {
    this.OR([{ ALT: () => this.CONSUME(t.Model) }, { ALT: () => this.CONSUME(t.Name) }]);
  });

  readonly retry = this.RULE('retry', () => {
    this.CONSUME(k('retry'));
    this.CONSUME(t.Int);
    this.CONSUME(k('on'));
    this.SUBRULE(this.names);
    this.OPTION(() => {
      this.CONSUME(k('backoff'));
      this.CONSUME(t.Duration, { LABEL: 'from' });
      this.CONSUME(t.DotDot);
      this.CONSUME2(t.Duration, { LABEL: 'to' });
    });
  });

  readonly fallback = this.RULE('fallback', () => {
    this.CONSUME(k('fallback'));
    this.CONSUME(k('on'));
    this.SUBRULE(this.names);
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(k('max'));
            this.CONSUME(t.Int);
            this.CONSUME(k('attempts'));
          },
        },
        {
          ALT: () => {
            this.CONSUME(k('within'));
            this.CONSUME(t.Duration);
          },
        },
      ]);
    });
  });

  readonly names = this.RULE('names', () => {
    this.CONSUME(t.LBrace);
    this.CONSUME(t.Name);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.OPTION(() => this.CONSUME2(t.Name));
    });
    this.CONSUME(t.RBrace);
  });

  // Obligations

  readonly budget = this.RULE('budget', () => {
    this.CONSUME(k('budget'));
    this.CONSUME(t.Name);
    this.SUBRULE(this.coalesce);
    this.SUBRULE(this.per);
    this.MANY(() => {
      this.OR([{ ALT: () => this.SUBRULE(this.each) }, { ALT: () => this.SUBRULE(this.when) }]);
    });
    this.MANY2(() => this.SUBRULE(this.threshold));
  });

  readonly threshold = this.RULE('threshold', () => {
    this.CONSUME(k('at'));
    this.CONSUME(t.Percent);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(k('notify'));
          this.CONSUME(t.Name);
        },
      },
      { ALT: () => this.SUBRULE(this.plan) },
    ]);
  });

  readonly limit = this.RULE('limit', () => {
    this.CONSUME(k('limit'));
    this.CONSUME(t.Name);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Int);
          this.CONSUME(k('concurrent'));
        },
      },
      {
        ALT: () => {
          this.SUBRULE(this.coalesce);
          this.SUBRULE(this.per);
        },
      },
    ]);
    this.MANY(() => {
      this.OR2([
        { ALT: () => this.SUBRULE(this.burst) },
        { ALT: () => this.SUBRULE(this.each) },
        { ALT: () => this.SUBRULE(this.when) },
        { ALT: () => this.SUBRULE(this.elsePlan) },
      ]);
    });
  });

  readonly burst = this.RULE('burst', () => {
    this.CONSUME(k('burst'));
    this.SUBRULE(this.coalesce);
  });

  readonly elsePlan = this.RULE('elsePlan', () => {
    this.CONSUME(k('else'));
    this.SUBRULE(this.plan);
  });

  readonly per = this.RULE('per', () => {
    this.CONSUME(k('per'));
    this.OR([
      ...windowWords.map((word) => ({ ALT: () => this.CONSUME(k(word), { LABEL: 'window' }) })),
      { ALT: () => this.CONSUME(t.Duration) },
    ]);
  });

  readonly each = this.RULE('each', () => {
    this.CONSUME(k('for'));
    this.CONSUME(k('each'));
    this.SUBRULE(this.paths);
  });

  readonly cap = this.RULE('cap', () => {
    this.CONSUME(k('cap'));
    this.OR([
      {
        ALT: () => {
          this.OR2([
            { ALT: () => this.CONSUME(k('input'), { LABEL: 'subject' }) },
            { ALT: () => this.CONSUME(k('output'), { LABEL: 'subject' }) },
          ]);
          this.CONSUME(t.Int, { LABEL: 'amount' });
          this.CONSUME(k('tok'));
        },
      },
      {
        ALT: () => {
          this.CONSUME(k('cost'), { LABEL: 'subject' });
          this.CONSUME(t.Money, { LABEL: 'amount' });
        },
      },
      {
        ALT: () => {
          this.CONSUME(k('time'), { LABEL: 'subject' });
          this.CONSUME(t.Duration, { LABEL: 'amount' });
        },
      },
    ]);
    this.OPTION(() => this.SUBRULE(this.when));
  });

  readonly cache = this.RULE('cache', () => {
    this.CONSUME(k('cache'));
    this.OR([
      { ALT: () => this.CONSUME(k('off'), { LABEL: 'mode' }) },
      { ALT: () => this.CONSUME(k('exact'), { LABEL: 'mode' }) },
      {
        ALT: () => {
          this.CONSUME(k('semantic'), { LABEL: 'mode' });
          this.CONSUME(k('above'));
          this.CONSUME(t.Percent);
        },
      },
    ]);
    this.MANY(() => {
      this.OR2([
        {
          ALT: () => {
            this.CONSUME(k('ttl'));
            this.CONSUME(t.Duration);
          },
        },
        { ALT: () => this.SUBRULE(this.scope) },
        { ALT: () => this.SUBRULE(this.when) },
      ]);
    });
  });

  readonly scope = this.RULE('scope', () => {
    this.CONSUME(k('scope'));
    this.OR([
      { GATE: () => this.LA(2).tokenType !== t.Dot, ALT: () => this.CONSUME(k('everyone')) },
      { ALT: () => this.SUBRULE(this.paths) },
    ]);
  });

  readonly guard = this.RULE('guard', () => {
    this.CONSUME(k('guard'));
    this.CONSUME(t.Name);
    this.CONSUME(k('on'));
    this.OR([
      { ALT: () => this.CONSUME(k('input'), { LABEL: 'point' }) },
      { ALT: () => this.CONSUME(k('output'), { LABEL: 'point' }) },
      { ALT: () => this.CONSUME(k('both'), { LABEL: 'point' }) },
    ]);
    this.CONSUME(k('then'));
    this.OR2([
      { ALT: () => this.CONSUME(k('block'), { LABEL: 'action' }) },
      { ALT: () => this.CONSUME(k('redact'), { LABEL: 'action' }) },
      { ALT: () => this.CONSUME(k('observe'), { LABEL: 'action' }) },
    ]);
    this.MANY(() => {
      this.OR3([{ ALT: () => this.SUBRULE(this.stream) }, { ALT: () => this.SUBRULE(this.when) }]);
    });
  });

  readonly stream = this.RULE('stream', () => {
    this.CONSUME(k('stream'));
    this.OR([
      {
        ALT: () => {
          this.CONSUME(k('window'), { LABEL: 'handling' });
          this.CONSUME(t.Size);
        },
      },
      { ALT: () => this.CONSUME(k('buffer'), { LABEL: 'handling' }) },
      { ALT: () => this.CONSUME(k('observe'), { LABEL: 'handling' }) },
    ]);
  });

  readonly set = this.RULE('set', () => {
    this.CONSUME(k('set'));
    this.CONSUME(t.Name);
    this.CONSUME(t.Assign);
    this.OR([
      { GATE: () => this.LA(2).tokenType !== t.Dot, ALT: () => this.CONSUME(k('off')) },
      { ALT: () => this.SUBRULE(this.coalesce) },
    ]);
    this.OPTION(() => this.SUBRULE(this.when));
  });

  readonly tag = this.RULE('tag', () => {
    this.CONSUME(k('tag'));
    this.CONSUME(t.Name);
    this.CONSUME(t.Assign);
    this.SUBRULE(this.coalesce);
    this.OPTION(() => this.SUBRULE(this.when));
  });

  readonly mirror = this.RULE('mirror', () => {
    this.CONSUME(k('mirror'));
    this.CONSUME(t.Percent);
    this.CONSUME(k('on'));
    this.SUBRULE(this.coalesce);
    this.OPTION(() => this.SUBRULE(this.salt));
    this.CONSUME(k('to'));
    this.SUBRULE(this.modelName);
    this.OPTION2(() => this.SUBRULE(this.when));
  });

  // Promises and tests

  readonly assert = this.RULE('assert', () => {
    this.CONSUME(k('assert'));
    this.OR([
      { ALT: () => this.CONSUME(k('never'), { LABEL: 'mood' }) },
      { ALT: () => this.CONSUME(k('always'), { LABEL: 'mood' }) },
    ]);
    this.OR2([
      {
        ALT: () => {
          this.CONSUME(k('reaches'));
          this.CONSUME(t.LParen);
          this.SUBRULE(this.expression);
          this.CONSUME(t.RParen);
        },
      },
      { ALT: () => this.CONSUME(k('rejects')) },
      {
        ALT: () => {
          this.CONSUME(k('takes'));
          this.SUBRULE(this.taken);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k('attempts'));
          this.SUBRULE(this.relation);
          this.CONSUME(t.Int);
        },
      },
    ]);
    this.OPTION(() => this.SUBRULE(this.when));
  });

  readonly taken = this.RULE('taken', () => {
    this.OR([{ ALT: () => this.CONSUME(k('otherwise')) }, { ALT: () => this.CONSUME(t.Name) }]);
  });

  readonly test = this.RULE('test', () => {
    this.CONSUME(k('test'));
    this.CONSUME(t.StringToken);
    this.CONSUME(t.LBrace);
    this.CONSUME(k('given'));
    this.SUBRULE(this.object);
    this.OPTION(() => {
      this.CONSUME(k('down'));
      this.CONSUME2(t.LBrace);
      this.OPTION2(() => {
        this.SUBRULE(this.down);
        this.MANY2(() => {
          this.CONSUME(t.Comma);
          this.OPTION3(() => this.SUBRULE2(this.down));
        });
      });
      this.CONSUME2(t.RBrace);
    });
    this.MANY(() => {
      this.CONSUME(k('expect'));
      this.SUBRULE(this.expectation);
    });
    this.CONSUME(t.RBrace);
  });

  readonly object = this.RULE('object', () => {
    this.CONSUME(t.LBrace);
    this.OPTION(() => {
      this.SUBRULE(this.fact);
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.OPTION2(() => this.SUBRULE2(this.fact));
      });
    });
    this.CONSUME(t.RBrace);
  });

  readonly fact = this.RULE('fact', () => {
    this.SUBRULE(this.path);
    this.CONSUME(t.Colon);
    this.SUBRULE(this.value);
  });

  readonly down = this.RULE('down', () => {
    this.SUBRULE(this.modelName);
    this.OPTION(() => {
      this.CONSUME(t.Colon);
      this.CONSUME(t.Name);
    });
  });

  readonly expectation = this.RULE('expectation', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(k('plan'));
          this.CONSUME(t.LBracket);
          this.OPTION(() => {
            this.SUBRULE(this.modelName);
            this.MANY(() => {
              this.CONSUME(t.Comma);
              this.OPTION2(() => this.SUBRULE4(this.modelName));
            });
          });
          this.CONSUME(t.RBracket);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k('route'));
          this.SUBRULE(this.taken);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k('served'));
          this.OR2([
            { ALT: () => this.CONSUME(k('nothing')), IGNORE_AMBIGUITIES: true },
            { ALT: () => this.SUBRULE2(this.modelName) },
          ]);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k('removed'));
          this.SUBRULE3(this.modelName);
          this.CONSUME(k('by'));
          this.CONSUME(t.Name);
        },
      },
      { ALT: () => this.SUBRULE(this.reject) },
      {
        ALT: () => {
          this.OR3(obligationWords.map((word) => ({ ALT: () => this.CONSUME(k(word), { LABEL: 'obligation' }) })));
          this.CONSUME2(t.Name);
        },
      },
      {
        ALT: () => {
          this.OR4(writtenWords.map((word) => ({ ALT: () => this.CONSUME(k(word), { LABEL: 'written' }) })));
          this.CONSUME3(t.Name);
          this.CONSUME(t.Assign);
          this.SUBRULE(this.value);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k('replaced'));
          this.CONSUME2(k('by'));
          this.CONSUME4(t.Name);
        },
      },
    ]);
  });

  readonly value = this.RULE('value', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.literal) },
      { ALT: () => this.CONSUME(t.Model) },
      { ALT: () => this.CONSUME(t.Name) },
      { ALT: () => this.SUBRULE(this.setLiteral) },
    ]);
  });

  // Expressions

  readonly expression = this.RULE('expression', () => {
    this.AT_LEAST_ONE_SEP({ SEP: k('or'), DEF: () => this.SUBRULE(this.conjunction) });
  });

  readonly conjunction = this.RULE('conjunction', () => {
    this.AT_LEAST_ONE_SEP({ SEP: k('and'), DEF: () => this.SUBRULE(this.negation) });
  });

  readonly negation = this.RULE('negation', () => {
    this.MANY(() => this.CONSUME(k('not')));
    this.SUBRULE(this.comparison);
  });

  readonly comparison = this.RULE('comparison', () => {
    this.SUBRULE(this.coalesce, { LABEL: 'left' });
    this.OPTION(() => {
      this.OR([
        {
          ALT: () => {
            this.SUBRULE(this.relation);
            this.SUBRULE2(this.coalesce, { LABEL: 'right' });
          },
        },
        {
          ALT: () => {
            this.OPTION2(() => this.CONSUME(k('not')));
            this.CONSUME(k('in'));
            this.SUBRULE3(this.coalesce, { LABEL: 'right' });
          },
        },
        {
          ALT: () => {
            this.CONSUME(k('like'));
            this.CONSUME(t.StringToken);
          },
        },
        {
          ALT: () => {
            this.CONSUME(k('matches'));
            this.CONSUME(t.Regex);
          },
        },
        {
          ALT: () => {
            this.CONSUME(k('is'));
            this.OPTION3(() => this.CONSUME2(k('not')));
            this.CONSUME(k('known'));
          },
        },
      ]);
    });
  });

  readonly relation = this.RULE('relation', () => {
    this.OR(
      [t.Equal, t.NotEqual, t.LessEqual, t.GreaterEqual, t.Less, t.Greater, t.Assign].map((type) => ({
        ALT: () => this.CONSUME(type, { LABEL: 'operator' }),
      })),
    );
  });

  readonly coalesce = this.RULE('coalesce', () => {
    this.AT_LEAST_ONE_SEP({ SEP: t.Coalesce, DEF: () => this.SUBRULE(this.primary) });
  });

  readonly primary = this.RULE('primary', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.LParen);
          this.SUBRULE(this.expression);
          this.CONSUME(t.RParen);
        },
      },
      { GATE: () => this.LA(2).tokenType === k('where'), ALT: () => this.SUBRULE(this.modelsWhere) },
      { ALT: () => this.SUBRULE(this.setLiteral) },
      { ALT: () => this.SUBRULE(this.atom) },
    ]);
  });

  readonly modelsWhere = this.RULE('modelsWhere', () => {
    this.CONSUME(k('models'));
    this.CONSUME(k('where'));
    this.CONSUME(t.LParen);
    this.SUBRULE(this.expression);
    this.CONSUME(t.RParen);
  });

  readonly setLiteral = this.RULE('setLiteral', () => {
    this.CONSUME(t.LBrace);
    this.OPTION(() => {
      this.SUBRULE(this.atom);
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.OPTION2(() => this.SUBRULE2(this.atom));
      });
    });
    this.CONSUME(t.RBrace);
  });

  readonly atom = this.RULE('atom', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.literal) },
      { ALT: () => this.CONSUME(t.Model) },
      { ALT: () => this.SUBRULE(this.path) },
    ]);
  });

  readonly paths = this.RULE('paths', () => {
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.path) });
  });

  readonly path = this.RULE('path', () => {
    this.CONSUME(t.Name, { LABEL: 'segment' });
    this.MANY(() => {
      this.CONSUME(t.Dot);
      this.CONSUME(t.AnyWord, { LABEL: 'segment' });
    });
  });

  readonly literal = this.RULE('literal', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.StringToken) },
      { ALT: () => this.CONSUME(t.Money) },
      { ALT: () => this.CONSUME(t.Percent) },
      { ALT: () => this.CONSUME(t.Duration) },
      { ALT: () => this.CONSUME(t.Decimal) },
      {
        ALT: () => {
          this.CONSUME(t.Int);
          this.OPTION(() => this.SUBRULE(this.unit));
        },
      },
      { ALT: () => this.CONSUME(k('true')) },
      { ALT: () => this.CONSUME(k('false')) },
    ]);
  });

  readonly unit = this.RULE('unit', () => {
    this.OR([
      { ALT: () => this.CONSUME(k('req')) },
      {
        ALT: () => {
          this.OPTION(() => {
            this.OR2([
              { ALT: () => this.CONSUME(k('input'), { LABEL: 'direction' }) },
              { ALT: () => this.CONSUME(k('output'), { LABEL: 'direction' }) },
            ]);
          });
          this.CONSUME(k('tok'));
        },
      },
    ]);
  });

  /**
   * Chevrotain's hook for a token that is not the expected one: a misspelt keyword is taken for the one that must stand here,
   * so that what follows is still understood. The error is kept already.
   */
  tryInRuleRecovery(expected: TokenType, follows: TokenType[]): IToken {
    const found = this.LA(1);
    const word = wordOf.get(expected);
    if (word !== undefined && found.tokenType === t.Word && isMeantFor(found.image, word)) {
      this.SKIP_TOKEN();
      return found;
    }
    return builtInRecovery.tryInRuleRecovery.call(this, expected, follows);
  }
}

const isMeantFor = (image: string, word: string): boolean =>
  distance(image, word) <= spellingDistance || standsFor(image, word);

/** The part of Chevrotain's recovery that its type declarations leave out. */
const builtInRecovery = CstParser.prototype as unknown as {
  tryInRuleRecovery(this: PolicyParser, expected: TokenType, follows: TokenType[]): IToken;
};

const wordOf: ReadonlyMap<TokenType, string> = new Map(
  [...keywords.values()].map((keyword) => [keyword.type, keyword.word]),
);

const windowWords = ['second', 'min', 'hour', 'day', 'week', 'month', 'quarter', 'year', 'ever'];
const obligationWords = ['budget', 'limit', 'guard', 'cache', 'notify'];
const writtenWords = ['tag', 'set', 'cap'];
