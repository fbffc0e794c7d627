// Who may import whom. The core is a line: each room may use those before it, never those behind it. The shell uses the core;
// the core never uses the shell.
const line = ['diagnostics', 'grammar', 'syntax', 'semantics', 'compile', 'decide', 'analyse'];
const words = ['protocol', 'catalog', 'config'];
const shell = ['providers', 'stores', 'cache', 'ledger', 'sqlite', 'guards', 'gateway', 'telemetry', 'http', 'dashboard', 'cli'];

const room = (name) => (name === 'grammar' ? '^grammar/' : `^src/${name}/`);
const rooms = (names) => names.map(room);

const coreOrder = line.map((name, index) => ({
  name: `core-${name}`,
  comment: `${name} may only use the rooms before it in the line ${line.join(' ← ')}`,
  severity: 'error',
  from: { path: room(name) },
  to: { path: rooms(line.slice(index + 1)) },
}));

export default {
  forbidden: [
    ...coreOrder,
    {
      name: 'core-never-shell',
      comment: 'the core thinks, the shell acts: nothing pure may use what acts',
      severity: 'error',
      from: { path: [...rooms([...line, ...words]), '^src/format/'] },
      to: { path: [...rooms(shell), '^src/assemble'] },
    },
    {
      name: 'core-no-node',
      comment: 'nothing pure may use Node or a package that does I/O',
      severity: 'error',
      from: { path: [...rooms([...line, ...words]), '^src/format/'] },
      to: { path: ['^node:', 'node_modules/(express|undici|pino|commander)/'], dependencyTypes: ['core', 'npm'] },
    },
    {
      name: 'protocol-stands-alone',
      comment: 'the words that rooms share use nothing but each other',
      severity: 'error',
      from: { path: '^src/protocol/' },
      to: { path: '^(src|grammar)/', pathNot: '^src/protocol/' },
    },
    {
      name: 'implementations-apart',
      comment: 'a provider never uses another provider, nor a store a store, a ledger a ledger, a guard a guard; `upstream` is what providers share',
      severity: 'error',
      from: { path: '^src/(providers|stores|ledger|guards)/([^/]+)/' },
      to: { path: '^src/$1/[^/]+/', pathNot: ['^src/$1/$2/', '^src/providers/upstream/'] },
    },
    {
      name: 'assemble-names-them',
      comment: 'only assemble.ts and those beside it name concrete providers, stores, ledgers and guards',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(providers|stores|ledger|guards)/', '^src/assemble'] },
      to: { path: '^src/(providers|stores|ledger|guards)/[^/]+/' },
    },
    {
      name: 'express-at-the-door',
      comment: 'Express only in http and dashboard',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(http|dashboard)/' },
      to: { path: 'node_modules/(@types/)?express/' },
    },
    {
      name: 'database-in-its-thread',
      comment: 'a database is opened by the thread that owns it, never by one that serves',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/sqlite/', '^src/(stores|ledger)/sqlite/worker'] },
      to: { path: '^src/sqlite/(open-database|run-calls)' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
