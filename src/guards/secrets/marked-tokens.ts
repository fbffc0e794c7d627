import type { FoundSecret } from './found-secret.ts';

const word = '[A-Za-z0-9_-]';
const hex = '[0-9a-f]';

/**
 * Tokens whose issuers put a mark on them, so that they can be told by their form alone, and which secretlint's recommended rules do not
 * know. Marks and lengths are what issuers document, and what gitleaks and Nosey Parker gather of them. What stands after the mark is
 * taken as far as it goes, since lengths grow.
 */
const forms: readonly (readonly [rule: string, pattern: string])[] = [
  ['adobe', `p8e-[a-z0-9-]{32,}`],
  ['age', 'AGE-SECRET-KEY-1[A-Z0-9]{58}'],
  ['airtable', `pat[A-Za-z0-9]{14}\\.${hex}{64}`],
  ['alibaba', 'LTAI[A-Za-z0-9]{17,}'],
  ['artifactory', '(?:AKCp[A-Za-z0-9]{60,}|cmVmd[A-Za-z0-9]{59})'],
  ['atlassian', 'AT[ABC]TT3[A-Za-z0-9_=-]{60,}'],
  ['aws-appsync', 'da2-[a-z0-9]{26}'],
  ['aws-bedrock', '(?:ABSK[A-Za-z0-9+/]{100,}=*|bedrock-api-key-[A-Za-z0-9+/=]{20,})'],
  ['azure', '[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}'],
  ['brevo', `xsmtpsib-${hex}{64}-[A-Za-z0-9]{16}|xkeysib-${hex}{64}-[A-Za-z0-9]{16}`],
  ['cerebras', 'csk-[a-z0-9]{40,}'],
  ['clojars', 'CLOJARS_[a-z0-9]{60}'],
  ['crates', 'cio[A-Za-z0-9]{32}'],
  ['dependency-track', 'odt_[A-Za-z0-9]{32,}'],
  ['digitalocean', `do[opr]_v1_${hex}{64}`],
  ['doppler', 'dp\\.(?:ct|pt|st|sa|scim|audit)\\.(?:[a-z0-9-]{2,35}\\.)?[A-Za-z0-9]{40,44}'],
  ['dropbox', `sl\\.(?:u\\.)?${word}{130,}`],
  ['duffel', `duffel_(?:test|live)_${word}{40,}`],
  ['dynatrace', 'dt0[a-z][0-9]{2}\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}'],
  ['easypost', 'EZ[AT]K[A-Za-z0-9]{54}'],
  ['facebook', 'EAA[A-Za-z0-9]{80,}'],
  ['firecrawl', `fc-${hex}{32}`],
  ['flutterwave', 'FLWSECK(?:_TEST)?-[0-9a-z]{12,}(?:-X)?'],
  ['flyio', `(?:fo1_${word}{43}|fm[12][ar]?_[A-Za-z0-9+/]{100,}=*)`],
  ['frameio', `fio-u-${word}{64}`],
  [
    'gitlab',
    `(?:gl(?:pat|ptt|dt|rt|rtr|cbt|ft|ffct|imt|agent|oas|soat|wt)-${word}{20,}(?:\\.[0-9a-z.]{9,})?|GR1348941${word}{20})`,
  ],
  ['google-oauth', `(?:GOCSPX-${word}{28}|ya29\\.${word}{30,}|1//0[0-9a-z]${word}{60,})`],
  ['grafana', 'eyJrIjoi[A-Za-z0-9+/]{40,}=*'],
  ['harness', `[ps]at\\.${word}{22}\\.[A-Za-z0-9]{24}\\.[A-Za-z0-9]{20}`],
  ['heroku', `HRKU-AA${word}{58}`],
  ['huggingface', 'api_org_[A-Za-z]{34}'],
  ['infracost', 'ico-[A-Za-z0-9]{32}'],
  ['jina', `jina_${hex}{32}${word}{20,}`],
  ['jwt', `eyJ${word}{14,}\\.eyJ${word}{14,}\\.${word}{16,}`],
  ['langsmith', `lsv2_(?:pt|sk)_${hex}{32}_${hex}{10}`],
  ['mailgun', `(?:pub)?key-${hex}{32}`],
  ['mapbox', `sk\\.eyJ${word}{50,}\\.${word}{20,}`],
  ['maxmind', '[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk'],
  ['mailchimp', `${hex}{32}-us[0-9]{1,2}`],
  ['new-relic', `(?:NR(?:AK|II|IQ|RA|JS)-${word}{19,}|(?:eu01xx)?${hex}{34,36}NRAL)`],
  ['nuget', 'oy2[a-z0-9]{43}'],
  ['nvidia', `nvapi-${word}{60,}`],
  ['octopus', 'API-[A-Z0-9]{26}'],
  ['openai', `sk-${word}{16,}T3BlbkFJ${word}{16,}`],
  ['openrouter', `sk-or-v1-${hex}{64}`],
  ['deepseek', `sk-${hex}{32}`],
  ['openshift', `sha256~${word}{43}`],
  ['perplexity', 'pplx-[A-Za-z0-9]{40,}'],
  ['pixie', `px-(?:api|dep)-${hex}{8}(?:-${hex}{4}){3}-${hex}{12}`],
  ['planetscale', `pscale_(?:tkn|oauth|pw)_[A-Za-z0-9_=.-]{32,}`],
  ['postman', `PMAK-${hex}{24}-${hex}{34}`],
  ['prefect', 'pn[ub]_[A-Za-z0-9]{36}'],
  ['pulumi', `pul-${hex}{40}`],
  ['pypi', `pypi-AgE${word}{50,}`],
  ['readme', 'rdme_[a-z0-9]{70}'],
  ['replicate', 'r8_[A-Za-z0-9]{37,40}'],
  ['resend', 're_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}'],
  ['rubygems', `rubygems_${hex}{48}`],
  ['scalingo', `tk-us-${word}{48}`],
  ['sentry', `sntry(?:u_${hex}{64}|s_[A-Za-z0-9+/=_]{60,})`],
  ['shippo', `shippo_(?:live|test)_${hex}{40}`],
  [
    'slack',
    `(?:xapp-[0-9]+-[A-Za-z0-9/+-]{12,}|xox[a-z](?:\\.xox[bp])?-[A-Za-z0-9-]{16,}|https://hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{20,})`,
  ],
  ['sonar', `sq[aup]_${hex}{40}`],
  ['sourcegraph', '(?:sgp_(?:[0-9a-fA-F]{16}_|local_)?[0-9a-fA-F]{40,}|sg[dkrs]_[0-9a-fA-F]{64}|slk_[0-9a-fA-F]{64})'],
  ['square', `sq0[a-z]{3}-${word}{22,}`],
  ['stackhawk', `hawk\\.${word}{20}\\.${word}{20}`],
  ['stripe', '(?:[sr]k_(?:live|test|prod)|whsec)_[A-Za-z0-9]{16,}'],
  ['tavily', 'tvly-(?:dev-)?[A-Za-z0-9]{28,}'],
  ['teams', 'https://[a-z0-9.-]{1,60}\\.office\\.com/webhook(?:b2)?/[A-Za-z0-9@/-]{80,}'],
  ['telegram', `[0-9]{8,10}:AA${word}{32,33}`],
  ['terraform', `[A-Za-z0-9]{14}\\.atlasv1\\.${word}{60,}`],
  ['twilio', `(?:SK|AC)${hex}{32}`],
  ['twitch', 'live_[0-9]{7,10}_[A-Za-z0-9]{30}'],
  ['typeform', 'tfp_[A-Za-z0-9_.=-]{55,}'],
  ['vault', `hv[bsr]\\.${word}{24,}`],
  ['weights-and-biases', 'wandb_v1_[A-Za-z0-9_]{40,}'],
  ['xai', 'xai-[A-Za-z0-9]{60,}'],
  ['yandex', `(?:AQVN${word}{35,38}|t1\\.${word}{20,}=*\\.${word}{86}=*)`],
];

const begins = '(?<![A-Za-z0-9_])';
const ends = '(?![A-Za-z0-9])';
const any = new RegExp(`${begins}(?:${forms.map(([, pattern]) => pattern).join('|')})${ends}`, 'g');
const each = forms.map(([rule, pattern]) => ({ rule, pattern: new RegExp(`(?:${pattern})${ends}`, 'y') }));

function ruleAt(text: string, start: number): string {
  const found = each.find(({ pattern }) => {
    pattern.lastIndex = start;
    return pattern.test(text);
  });
  return found?.rule ?? 'token';
}

/** What tokens are made of. */
const isOfToken: readonly boolean[] = Array.from({ length: 128 }, (_, unit) =>
  /[A-Za-z0-9_~.+/=:@-]/.test(String.fromCharCode(unit)),
);
const shortest = 20;

/** Every token lies in such a row, and few words of prose or of programs do: the many forms are tried there alone. */
function* rowsOf(text: string): Generator<{ readonly from: number; readonly row: string }> {
  for (let from = 0, at = 0; at <= text.length; at++) {
    if (isOfToken[text.charCodeAt(at)] === true) continue;
    if (at - from >= shortest) {
      const row = text.slice(from, at);
      if (/[0-9]/.test(row)) yield { from, row };
    }
    from = at + 1;
  }
}

/** Where the row begins with which a text ends. */
export function lastRowOf(text: string): number {
  let from = text.length;
  while (from > 0 && isOfToken[text.charCodeAt(from - 1)] === true) from--;
  return from;
}

/** Tokens by the marks that their issuers put on them. */
export function findMarkedTokens(text: string): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  for (const { from, row } of rowsOf(text)) {
    for (const { index, 0: token } of row.matchAll(any))
      found.push({ start: from + index, end: from + index + token.length, rule: ruleAt(row, index) });
  }
  return found;
}
