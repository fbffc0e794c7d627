import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { CheckedPolicy } from '../../semantics/typed.ts';
import type { ProgramContent, ProgramTables } from '../program.ts';
import { openConditions } from './open-conditions.ts';
import { reachableRoutes } from './reachable-routes.ts';
import { readFacts } from './read-facts.ts';

type ProgramRule = (policy: CheckedPolicy, program: ProgramContent, tables: ProgramTables) => Diagnostic[];

/** What is surely not meant, as it is seen in the compiled rules. Each is called as the thing that must hold. */
export const programRules: readonly ProgramRule[] = [openConditions, reachableRoutes, readFacts];
