/** `active_hours` of a channel: what is read, and what is said of what is wrong. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { problemsIn } from '../../../packs/finance/adapters/yaml-config/check.ts';
import { configOf } from '../../support/alert-evaluation.ts';

const schema = new URL('../../../schemas/finance/usage-alerts-config.schema.json', import.meta.url);
const validate = new Ajv2020({ allErrors: true, strict: true }).compile(
  JSON.parse(readFileSync(schema, 'utf8')),
);

/** The hours stand in row 4 from column 21. */
const withHours = (hours: string) => `global:
  notification_channels:
    - type: stdout
      active_hours: ${hours}
`;
const problems = (hours: string): string[] =>
  problemsIn({ path: 'usage-alerts-config.yaml', text: withHours(hours) }).map(
    ({ line, column, code, message }) => `${line}:${column} ${code} ${message}`,
  );

const ALL = [0, 1, 2, 3, 4, 5, 6];

describe('hours that are right', () => {
  it.each<[string, object]>([
    [
      '{ days: MON-FRI, from: "08:00", to: "18:00", timezone: Europe/Berlin }',
      { days: [1, 2, 3, 4, 5], from: 480, until: 1080, timezone: 'Europe/Berlin' },
    ],
    ['{ from: 08:00, to: 18:00 }', { days: ALL, from: 480, until: 1080, timezone: 'UTC' }],
    ['{ days: [SAT, sun, SAT] }', { days: [0, 6], from: 0, until: 1440, timezone: 'UTC' }],
    ['{ days: FRI-MON }', { days: [0, 1, 5, 6], from: 0, until: 1440, timezone: 'UTC' }],
    ['{ from: "22:00", to: "06:00" }', { days: ALL, from: 1320, until: 360, timezone: 'UTC' }],
    ['{ to: "24:00" }', { days: ALL, from: 0, until: 1440, timezone: 'UTC' }],
  ])('%s', (hours, expected) => {
    expect(configOf(withHours(hours)).channels[0]!.hours).toEqual(expected);
    expect(validate(parse(withHours(hours)))).toBe(true);
  });

  it('are none where none are said', () => {
    const [channel] = configOf(withHours('{ from: 08:00 }').replace(/ +active.*\n/, '')).channels;
    expect(channel).not.toHaveProperty('hours');
  });
});

const AT = 'global.notification_channels[0].active_hours';

describe('hours that are wrong', () => {
  it.each([
    ['always', `4:21 wrong-type ${AT}: must be a map of keys and values`],
    ['{}', `4:21 missing-key ${AT}: says no days and no times`],
    ['{ timezone: UTC }', `4:21 missing-key ${AT}: says no days and no times`],
    ['{ form: 08:00 }', `4:23 unknown-key ${AT}: unknown key "form" (did you mean "from"?)`],
    ['{ days: MOM }', `4:29 bad-day ${AT}.days: "MOM" is no day of the week (did you mean "MON"?)`],
    ['{ days: [MON, 3] }', `4:35 bad-day ${AT}.days[1]: "3" is no day of the week`],
    ['{ days: [] }', `4:29 missing-value ${AT}.days: must hold at least one day`],
    ['{ from: 8 }', `4:29 bad-time ${AT}.from: "8" is no time of a day`],
    ['{ from: "24:00" }', `4:29 bad-time ${AT}.from: "24:00" is no time of a day`],
    ['{ to: "24:30" }', `4:27 bad-time ${AT}.to: "24:30" is no time of a day`],
    [
      '{ from: 08:00, timezone: Europe/Berln }',
      `4:46 bad-timezone ${AT}.timezone: "Europe/Berln" is no time zone ` +
        '(did you mean "Europe/Berlin"?)',
    ],
    [
      '{ from: 08:00, timezone: "+01:00" }',
      `4:46 bad-timezone ${AT}.timezone: "+01:00" is no time zone`,
    ],
  ])('%s', (hours, expected) => {
    expect(problems(hours)).toEqual([expected]);
  });

  it.each(['always', '{}', '{ form: 08:00 }', '{ days: [] }', '{ from: 8 }'])(
    'the schema refuses %s as well',
    (hours) => {
      expect(validate(parse(withHours(hours)))).toBe(false);
    },
  );
});
