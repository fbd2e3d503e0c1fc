/** usage-alerts-config.yaml as a machine may write it: right at random, and anything at all. */

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readUsageAlerts } from '../../../packs/finance/adapters/yaml-config/alerts/config.ts';
import { problemsIn } from '../../../packs/finance/adapters/yaml-config/check.ts';
import { openSource } from '../../../packs/finance/adapters/yaml-config/part.ts';
import { alertRules } from '../../../packs/finance/core/alert-config/rule.ts';
import { SEVERITIES } from '../../../packs/finance/core/alert-config/severity.ts';
import { ruleNamed } from '../../../packs/finance/core/alert-config/trigger.ts';
import { formatExact } from '../../../packs/finance/core/money.ts';

const FILE = 'usage-alerts-config.yaml';
const schema = new URL('../../../schemas/finance/usage-alerts-config.schema.json', import.meta.url);
const validate = new Ajv2020({ allErrors: true, strict: true }).compile(
  JSON.parse(readFileSync(schema, 'utf8')),
);
const shipped = new URL(`../../../packs/finance/config/${FILE}`, import.meta.url);

const name = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,8}$/);
const severity = fc.constantFrom(...SEVERITIES);
/** Tenths of a unit: 0.1 to 999.9, each once. */
const heights = fc.uniqueArray(fc.integer({ min: 1, max: 9999 }), { minLength: 1, maxLength: 4 });
const decimal = (tenths: number): string => `${Math.floor(tenths / 10)}.${tenths % 10}`;
const short = (tenths: number): string => decimal(tenths).replace(/\.0$/, '');
const options = fc.record(
  {
    for: fc.constantFrom('0s', '15m', '2h', '1d12h'),
    keep_firing_for: fc.constantFrom('30s', '7d'),
    owner: fc.constantFrom('growth-catalyst', 'Tags.team'),
    runbook: fc.constantFrom('docs/a.md'),
    basis: fc.constantFrom('effective', 'pace', 'forecast'),
  },
  { requiredKeys: [] },
);

type Section = Readonly<{ value: Record<string, unknown>; ids: readonly string[] }>;

const step = fc.record({ severity, options });

/** Each section with the ids that its rules must get, in order. */
const budgets: fc.Arbitrary<Section> = fc
  .dictionary(name, fc.tuple(heights, step, fc.constantFrom('day', 'week', 'month')))
  .map((entries) => ({
    value: mapped(entries, ([tenths, each, period]) => ({
      ...{ budget: 12.5, currency: 'USD', period },
      alerts: tenths.map((at) => ({
        threshold_percent: Number(decimal(at)),
        severity: each.severity,
        ...each.options,
      })),
    })),
    ids: Object.entries(entries).flatMap(([key, [tenths]]) =>
      tenths.map((at) => `budget/${key}/${short(at)}`),
    ),
  }));

const services: fc.Arbitrary<Section> = fc
  .dictionary(name, fc.dictionary(name, fc.tuple(heights, step, fc.boolean(), fc.boolean())))
  .map((entries) => ({
    value: mapped(entries, (alerts) => ({
      currency: 'EUR',
      alerts: mapped(alerts, ([tenths, each, isCost, isPercent]) => ({
        metric: isCost ? 'daily_cost' : 'daily_calls',
        limit: 100,
        thresholds: tenths.map((at) => ({
          ...(isPercent ? { percent: decimal(at) } : { amount: decimal(at) }),
          severity: each.severity,
          ...each.options,
          // Pace compares percentages.
          ...(isPercent ? {} : { basis: 'effective' }),
        })),
      })),
    })),
    ids: Object.entries(entries).flatMap(([service, alerts]) =>
      Object.entries(alerts).flatMap(([key, [tenths, , isCost, isPercent]]) =>
        tenths.map((at) => {
          const amount = isCost ? `${decimal(at)}0` : short(at);
          return `service/${service}/${key}/${isPercent ? short(at) : amount}`;
        }),
      ),
    ),
  }));

function mapped<T>(entries: Record<string, T>, map: (value: T) => unknown) {
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, map(value)]));
}

describe('a config that is right', () => {
  const config = fc.record({ budgets, services });

  it('becomes the rules it says, in order, with ids of their own', () => {
    fc.assert(
      fc.property(config, ({ budgets, services }) => {
        const value = { budget_alerts: budgets.value, service_alerts: services.value };
        const source = openSource(stringify(value), FILE);
        const read = readUsageAlerts(source)!;
        expect(source.problems).toEqual([]);
        validate(value);
        expect(validate.errors).toBeNull();
        const ids = alertRules(read).map(({ id }) => id);
        expect(ids).toEqual([...budgets.ids, ...services.ids]);
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of ids) expect(ruleNamed(id, read.ladders)).toEqual({ by: 'rule', id });
      }),
    );
  });

  it('keeps every digit of a threshold', () => {
    const digits = fc.tuple(
      fc.bigInt({ min: 0n, max: 10n ** 19n }),
      fc.bigInt(1n, 10n ** 12n - 1n),
    );
    fc.assert(
      fc.property(digits, ([whole, part]) => {
        const text = `${whole}.${String(part).padStart(12, '0')}`;
        const entry = `{ amount: ${text}, currency: USD, severity: info }`;
        const yaml = `budget_alerts: { weekly_spend: ${entry} }`;
        const source = openSource(yaml, FILE);
        const [rule] = alertRules(readUsageAlerts(source)!);
        expect(source.problems).toEqual([]);
        expect(formatExact(rule!.limit!, 12)).toBe(text);
      }),
    );
  });
});

describe('anything at all', () => {
  const places = (text: string): void => {
    const lines = text.split('\n').length;
    for (const { line, column, message } of problemsIn({ path: FILE, text })) {
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(message).not.toBe('');
    }
  };

  it('is read without a throw, and every problem has a place in it', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), places));
  });

  it('so is YAML of any shape below the keys that there are', () => {
    const word = fc.constantFrom(
      ...'global channels enabled notification_channels type email slack escalation notify'.split(
        ' ',
      ),
      ...'budget_alerts service_alerts alerts metric thresholds percent amount severity'.split(' '),
      ...'anomaly_detection algorithms automated_actions trigger reporting schedule'.split(' '),
      ...'integrations grafana maintenance_windows match basis owner 1 0.5 true info'.split(' '),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        word,
        fc.constantFrom(null, true, 1.5, '', 'manual', '0 9 * * MON'),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(word, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(fc.property(tree, (value) => places(stringify(value))));
  });

  it('so is what is shipped with some of it cut out or turned around', () => {
    const text = readFileSync(shipped, 'utf8');
    const at = fc.nat(text.length);
    fc.assert(
      fc.property(at, at, fc.string({ maxLength: 5 }), (a, b, other) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        places(text.slice(0, from) + other + text.slice(to));
      }),
    );
  });

  it('so are aliases that lead nowhere or into themselves', () => {
    places('global: &a { escalation: *a }\n');
    places('global: *none\n');
    places('budget_alerts: &a\n  <<: *a\n  weekly: *a\n');
  });
});
