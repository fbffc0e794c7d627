/** How often a property is tried; `LLMPOLICY_TEST_SCALE` sizes heavy suites. */
export function runs(often: number): number {
  return Math.max(1, Math.round(often * Number(process.env['LLMPOLICY_TEST_SCALE'] ?? 1)));
}
