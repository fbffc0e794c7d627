/**
 * The language as a library: text in, decisions out. Nothing here reads a file, a clock or a network, so a policy can be
 * checked, compiled and asked wherever JavaScript runs. The gateway is the command `llmpolicy serve`.
 *
 * ```ts
 * const config = readConfig(createSource('gateway.config.yaml', configText), {}).value;
 * const policy = config && compileSource(createSource('my.llmpolicy', policyText), config.environment).value;
 * if (policy) {
 *   const { facts, instant } = readFactsJson(policy.checked, { 'request.model': 'echo' });
 *   decide(policy.program, prepareFacts(policy.program, facts, instant)).attempts;
 * }
 * ```
 */

export { compilePolicy } from './compile/compile-policy.ts';
export { type CompiledPolicy, compileSource } from './compile/compile-source.ts';
export type { CompiledFor } from './compile/compiled-for.ts';
export {
  type ExportedFact,
  type ExportedRule,
  exportJsonLogic,
  type JsonLogicExport,
} from './compile/export-jsonlogic.ts';
export type { JsonLogic } from './compile/jsonlogic.ts';
export { type NotingEnvironment, notingReads } from './compile/noting-reads.ts';
export type { PolicyProgram } from './compile/program.ts';
export { readCompiled } from './compile/read-compiled.ts';
export { writeCompiled } from './compile/write-compiled.ts';
export type { GatewayConfig } from './config/config.ts';
export { readConfig } from './config/read-config.ts';
export type { Variables } from './config/variables.ts';
export { decide } from './decide/decide.ts';
export type { Decision, PlannedAttempt, TraceStep } from './decide/decision.ts';
export { explainDecision } from './decide/explain.ts';
export type { FactKey, Facts } from './decide/facts.ts';
export { nextStep } from './decide/next-step.ts';
export type { AttemptOutcome, Millis, Step } from './decide/outcome.ts';
export { prepareFacts } from './decide/prepare-facts.ts';
export { type ReadFacts, readFactsJson } from './decide/read-facts.ts';
export type { DiagnosticCode } from './diagnostics/codes.ts';
export type { Diagnostic, Label, Parsed, Severity, TextEdit } from './diagnostics/diagnostic.ts';
export { renderHuman, type Style } from './diagnostics/render/human.ts';
export { type DiagnosticJson, renderJson } from './diagnostics/render/json.ts';
export { createSource, type Source } from './diagnostics/source.ts';
export type { Span } from './diagnostics/span.ts';
export type { FailureClass } from './protocol/failure.ts';
export { checkPolicy } from './semantics/check-policy.ts';
export type { Attribute, Environment, Model } from './semantics/environment.ts';
export { type Layer, linkLayers, type ResolveParent } from './semantics/link-layers.ts';
export type { CheckedPolicy } from './semantics/typed.ts';
export type { Type, Value } from './semantics/types.ts';
export type { PolicyFile } from './syntax/ast.ts';
export { parsePolicy } from './syntax/parse-policy.ts';
