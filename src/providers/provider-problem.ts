/** Why a provider cannot run as the config has it: a secret that cannot be had. Its message never holds the secret. */
export class ProviderProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProviderProblem';
  }
}
