import { describe, expect, it } from 'vitest';
import type { GuardFields } from '../../src/config/guard-config.ts';
import { createPiiDetector } from '../../src/guards/pii/detector.ts';
import { input, surroundings } from '../support/guard-surroundings.ts';

async function found(text: string, fields: Partial<GuardFields<'pii'>> = {}) {
  const findings = await createPiiDetector({ kind: 'pii', ...fields }).inspect(text, input, surroundings());
  return findings.map(({ kind, rule, start, end }) => `${kind === rule ? kind : rule}: ${text.slice(start, end)}`);
}

describe('personal data that is found', () => {
  it.each([
    ['write to (jo.doe+x@mail.example.org).', 'email: jo.doe+x@mail.example.org'],
    ['an Umlaut: jörg@müller.example', 'email: jörg@müller.example'],
    ['4111111111111111', 'card: 4111111111111111'],
    ['a,4111111111111111,5500005555555559'.slice(0, 18), 'card: 4111111111111111'],
    ['card:4111-1111-1111-1111.', 'card: 4111-1111-1111-1111'],
    ['amex 3782 822463 10005', 'card: 3782 822463 10005'],
    ['to DE89 3704 0044 0532 0130 00, please', 'iban: DE89 3704 0044 0532 0130 00'],
    ['gb82west12345698765432', 'iban: gb82west12345698765432'],
    ['from 203.0.113.7:8080', 'ip: 203.0.113.7'],
    ['at 2001:db8::8a2e:370:7334.', 'ip: 2001:db8::8a2e:370:7334'],
    ['his number is 536-90-4399', 'us-ssn: 536-90-4399'],
    ['SSN 536904399', 'us-ssn: 536904399'],
    ['NIR 2 95 10 99 126 111 93', 'fr-nir: 2 95 10 99 126 111 93'],
    ['DNI 54362315K', 'es-dni: 54362315K'],
    ['cf RCCMNL83S18D969H', 'it-codicefiscale: RCCMNL83S18D969H'],
    ['CPF 390.533.447-05', 'br-cpf: 390.533.447-05'],
    ['call +49 30 901820', 'phone: +49 30 901820'],
    ['(212) 736-5000', 'phone: (212) 736-5000'],
    ['to "jo doe"@mail.example, please', 'email: "jo doe"@mail.example'],
    ['subnet 192.168.1.0/24', 'ip: 192.168.1.0/24'],
    ['the host is fe80::7:8%eth0.', 'ip: fe80::7:8%eth0'],
    ['IP: 1::7:8', 'ip: 1::7:8'],
    ['::ffff:203.0.113.7', 'ip: ::ffff:203.0.113.7'],
    ['078 05 1123', 'us-ssn: 078 05 1123'],
    ['dni 54362315k', 'es-dni: 54362315k'],
    ['199109242397 är mitt pnr.', 'se-personnummer: 199109242397'],
    ['personnummer 701063-2391', 'se-personnummer: 701063-2391'],
    ['so 198112189876 it is', 'se-personnummer: 198112189876'],
    ['so 9601211021413 it is', 'kr-rrn: 9601211021413'],
    ['so 8001015009087 it is', 'za-idnr: 8001015009087'],
    ['RRN 960121-1234567', 'kr-rrn: 960121-1234567'],
    ['numarası 10000000146 olarak', 'tr-tckimlik: 10000000146'],
    ['refugee ID number 8001015009285', 'za-idnr: 8001015009285'],
    ['Phone: 5511912345678', 'phone: 5511912345678'],
  ])('in %j', async (text, wanted) => {
    expect(await found(text)).toEqual([wanted]);
  });

  it('with the numbers that an issuer has, and not those beside them', async () => {
    expect(await found('3528000000000007 and 3589999999999994')).toHaveLength(2);
    expect(await found('3527999999999999 and 3590000000000000')).toEqual([]);
  });

  it('is looked for on another thread in a table of digits, and here in prose', () => {
    const detector = createPiiDetector({ kind: 'pii' });
    expect(detector.isHeavy?.('12 345 678, '.repeat(100))).toBe(true);
    expect(detector.isHeavy?.('It was in 1999, on 1 May. '.repeat(100))).toBe(true);
    expect(detector.isHeavy?.('It was in 1999, on 1 May. All the rest of it was told to nobody. '.repeat(50))).toBe(
      false,
    );
    expect(createPiiDetector({ kind: 'pii', find: ['card'] }).isHeavy?.('1'.repeat(1000))).toBe(false);
  });

  it('behind a number that begins as one would', async () => {
    expect(await found('ref 0001 4111 1111 1111 1111')).toEqual(['card: 4111 1111 1111 1111']);
  });

  it('side by side', async () => {
    expect(await found('4111111111111111,5500005555555559')).toEqual([
      'card: 4111111111111111',
      'card: 5500005555555559',
    ]);
  });

  it('of the kinds and countries that are wanted, and no others', async () => {
    const text = 'a@b.example, 4111111111111111, 390.533.447-05, 54362315K';
    expect(await found(text, { find: ['email'] })).toEqual(['email: a@b.example']);
    expect(await found(text, { find: ['national-id'], countries: ['ES'] })).toEqual(['es-dni: 54362315K']);
    expect(await found('call 020 7946 0018', { find: ['phone'], countries: ['GB'] })).toHaveLength(1);
    expect(await found('call 020 7946 0018', { find: ['phone'], countries: ['US'] })).toEqual([]);
  });
});

describe('what only looks like it', () => {
  it.each([
    'git@github.com:acme/tool.git',
    'https://user:password@host.example/',
    'icon@2x.png and lodash@4.17.21',
    '4111111111111112',
    '1234567812345670',
    '0.4111111111111111',
    'x4111111111111111',
    '0000000000000000',
    'DE89370400440532013001',
    'version 1.2.3.4, section 24.5.1.1',
    '127.0.0.1 and ::1 and std::vector and a::before',
    '300.1.1.1',
    '000-12-3456',
    '536904399',
    '54362315A',
    '2026-11-26 10:33:24',
    '1,234,567.89 of 10 000 000',
    '{"time":1591195061437,"call":1591195061437}',
    'zip code 90010-170',
    'backup-202611261009.tar and 202601021234, 20260102123456',
    'at 1764151234567, 1798761234567 and 1764151234',
    'ssh://jo@host.example and https://jo@host.example/',
    'http://169.254.169.254/latest and ::ffff:127.0.0.1, 64:ff9b::127.0.0.1',
    'a::b and 1::2 in a program',
    'IBAN IE95TE8270900834048660',
    '078-05-0000 and 078 00 1123',
    'BG80 BNBG 9661 1020 3456 79',
    'fixed in the call ([2405664]), messages 6696728',
    'message-batches-2024-09-24, CVE-2026-9358',
  ])('is left alone: %j', async (text) => {
    expect(await found(text)).toEqual([]);
  });
});
