/** What `brctl finance report` does around the numbers: saving, recording, closing, exit codes. */

import { operationalError } from 'brctl/sdk';
import { fakePackContext } from 'brctl/sdk/testing';
import { describe, expect, it } from 'vitest';
import { parseDay } from '../../../packs/finance/core/day.ts';
import { reportCommand } from '../../../packs/finance/report/report.ts';
import { charge } from '../../support/charge.ts';
import { referenceCharges } from '../../support/reference-weeks.ts';
import { runReport, type World } from '../../support/report.ts';

const reference: World = { charges: referenceCharges() };
const SAVED = 'weekly-cost-report-2025-W52.csv';

describe('a report', () => {
  it('is saved as tidy CSV under the name of its week, and says where', async () => {
    const { saved, err } = await runReport(reference, { flags: { week: '52' } });
    const { text } = await runReport(reference, { flags: { week: '52' }, view: { format: 'csv' } });
    expect([...saved]).toEqual([[SAVED, text]]);
    expect(err).toBe(`saved /target/data/finance/reports/${SAVED}\n`);
  });

  it('is remembered with its exact total, for restatements', async () => {
    const { recorded } = await runReport(reference, { flags: { week: '52' } });
    expect(recorded).toEqual([
      {
        start: parseDay('2025-12-22'),
        end: parseDay('2025-12-29'),
        basis: 'effective',
        currency: 'USD',
        units: 42_150_000_000_000n,
        at: new Date('2025-12-29T09:00:00Z'),
        file: `/target/data/finance/reports/${SAVED}`,
      },
    ]);
  });

  it.each([
    [{ week: '52', basis: 'billed' }, 'weekly-cost-report-2025-W52-billed.csv'],
    [{ from: '2025-12-01', to: '2025-12-28' }, 'cost-report-2025-12-01-to-2025-12-28.csv'],
    [
      { from: '2025-12-22', to: '2025-12-28', basis: 'billed' },
      'cost-report-2025-12-22-to-2025-12-28-billed.csv',
    ],
  ])('of %j is saved as %s', async (flags, name) => {
    const { saved } = await runReport(reference, { flags });
    expect([...saved.keys()]).toEqual([name]);
  });

  it('in the sectioned layout is saved in that layout, whatever is printed', async () => {
    const flags = { week: '52', layout: 'sections' };
    const { saved, text } = await runReport(reference, { flags });
    const name = SAVED.replace('.csv', '-sections.csv');
    expect(saved.get(name)).toContain('SECTION: EXECUTIVE SUMMARY');
    expect(text).toContain('Category              Budget');
  });

  it('is never asked for a layout that no file of the run would have', async () => {
    const flags = { week: '52', layout: 'sections' };
    const asked = (format: string, more: object) =>
      runReport(reference, { flags, view: { format }, ...more });
    for (const format of ['table', 'json', 'md']) {
      for (const more of [{ out: 's' }, { dryRun: true }]) {
        await expect(asked(format, more)).rejects.toThrow(
          `--layout sections: sections is a layout of CSV, and this run writes ${format}`,
        );
      }
    }
    expect((await asked('csv', { out: 's.csv' })).text).toContain('SECTION: EXECUTIVE SUMMARY');
    expect((await asked('csv', { dryRun: true })).text).toContain('SECTION: EXECUTIVE SUMMARY');
  });

  it('with --out saves and remembers nothing: it needs no right to write', async () => {
    const run = await runReport(reference, { flags: { week: '52' }, out: 'mine.json' });
    expect(run.saved.size).toBe(0);
    expect(run.err).toBe('');
    expect(run.recorded).toEqual([]);
  });

  it('as a dry run leaves nothing behind', async () => {
    const run = await runReport(reference, { flags: { week: '52' }, dryRun: true });
    expect([run.saved.size, run.recorded.length, run.err]).toEqual([0, 0, '']);
    expect(run.text).toContain('42.15');
  });

  it('without data is saved but not remembered: there is no total to restate', async () => {
    const run = await runReport({ charges: [] }, { flags: { week: '52' } });
    expect([run.saved.size, run.recorded.length]).toEqual([1, 0]);
  });

  it('closes what it opened, once', async () => {
    expect((await runReport(reference, { flags: { week: '52' } })).closed).toBe(1);
  });

  it('closes what it opened when the config is wrong', async () => {
    const seen = { closed: 0 };
    const command = reportCommand(async () => ({
      ...NO_PORTS,
      settings: { budgets: () => Promise.reject(operationalError('config-invalid', 'wrong')) },
      close: async () => {
        seen.closed += 1;
      },
    }));
    const context = fakePackContext('/target', PACK, { now: '2025-12-29T09:00:00Z' });
    const input = {
      arguments: [],
      flags: {},
      dryRun: false,
      out: undefined,
      inputFormat: undefined,
      format: 'table',
    };
    await expect(command.plan(command.parse(input, context), context)).rejects.toThrow('wrong');
    expect(seen.closed).toBe(1);
  });
});

const PACK = { name: 'finance', version: '0.1.0', root: '/target/pack' };
const unused = () => expect.fail('was asked');
const NO_PORTS = {
  warehouse: { aggregate: unused, periods: unused, describe: unused, close: unused },
  state: { freshness: unused, recordReport: unused, restatements: unused },
  saveReport: unused,
};

describe('the outcome', () => {
  it('is ok when every charge has a line and every source is complete', async () => {
    expect((await runReport(reference, { flags: { week: '52' } })).outcome).toBe('ok');
  });

  it('is ok over budget: that is what alerts are for', async () => {
    const charges = [...referenceCharges(), openai({ cost: '1000' })];
    const { outcome, text } = await runReport({ charges }, { flags: { week: '52' } });
    expect(outcome).toBe('ok');
    expect(text).toMatch(/^Total .*over$/m);
  });

  it('is findings when a charge has no line', async () => {
    const charges = [...referenceCharges(), charge({ ServiceName: 'Surprise' })];
    expect((await runReport({ charges }, { flags: { week: '52' } })).outcome).toBe('findings');
  });

  it('is ok when only a charge of zero has no line', async () => {
    const charges = [...referenceCharges(), charge({ ServiceName: 'Surprise', cost: '0' })];
    expect((await runReport({ charges }, { flags: { week: '52' } })).outcome).toBe('ok');
  });
});

function openai(change: { cost: string }) {
  return charge({ source: 'openai', ServiceProviderName: 'OpenAI', ...change });
}
