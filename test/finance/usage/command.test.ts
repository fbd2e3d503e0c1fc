/** `finance usage import`, `record` and `list`: what changes, what is refused, and what is said. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { bytesBelow, type Deployment, deployment } from '../../support/finance.ts';
import { ROOT } from '../../support/host.ts';
import { importUsage, listUsage, recordUsage } from '../../support/usage.ts';

const HEAD = 'service,metric,value,unit,limit,kind,start,at';
const STORAGE = 'Supabase,storage,7.2,GB,8,,,2026-01-02';
const BUILDS = 'vercel,build_minutes,90,min,,running,,2026-01-03T06:00:00Z';

const csvOf = (here: Deployment, ...rows: readonly string[]) =>
  here.file('a.csv', [HEAD, ...rows, ''].join('\n'));
const filesOf = ({ root }: Deployment) => bytesBelow(join(root, 'data/finance/usage'));
const typed = { service: 'supabase', metric: 'storage', value: '7.2', unit: 'GB' };

function validatorOf(name: string) {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  formats.default(ajv);
  const path = join(ROOT, 'schemas/finance', `${name}.schema.json`);
  return ajv.compile(JSON.parse(readFileSync(path, 'utf8')));
}

describe('an import', () => {
  it('adds, then changes nothing, then replaces what says something else', async () => {
    const here = deployment();
    const first = await importUsage(here, [csvOf(here, STORAGE, BUILDS)]);
    expect(first.json).toMatchObject({ status: 'recorded', added: 2, replaced: 0, unchanged: 0 });
    const before = filesOf(here);
    const again = await importUsage(here, [csvOf(here, STORAGE, BUILDS)], {
      now: '2026-02-01T00:00:00Z',
    });
    expect(again.json).toMatchObject({ status: 'unchanged', added: 0, unchanged: 2 });
    expect(filesOf(here)).toEqual(before);
    const other = await importUsage(here, [csvOf(here, STORAGE.replace('7.2', '7.4'))]);
    expect(other.json).toMatchObject({
      ...{ status: 'recorded', replaced: 1 },
      replacements: [{ before: { value: '7.2' }, after: { value: '7.4' } }],
    });
    const { json } = await listUsage(here, { service: 'SUPABASE' });
    expect(json.metrics).toMatchObject([{ value: '7.4', percent: '92.5', readings: 1 }]);
  });

  it('as a dry run says the same and leaves nothing behind', async () => {
    const here = deployment();
    const { json, outcome } = await importUsage(here, [csvOf(here, STORAGE)], { dryRun: true });
    expect([json.status, json.added, outcome]).toEqual(['planned', 1, 'ok']);
    expect(bytesBelow(join(here.root, 'data'))).toEqual({});
  });

  it('with anything wrong in any file records nothing, and says all of it in order', async () => {
    const here = deployment();
    const good = here.file('good.csv', `${HEAD}\n${STORAGE}\n`);
    const bad = here.file(
      'bad.json',
      '[{"service":"a","metric":"b","value":1,"unit":"gb","at":"2026-01-01"},\n{"servce":"x"},\n' +
        '{"service":"a","metric":"b","value":1,"unit":"GB","at":"2027-01-01"}]',
    );
    const { json, outcome, text } = await importUsage(here, [good, bad]);
    expect(outcome).toBe('findings');
    expect(json).toMatchObject({ status: 'rejected', added: 0, metrics: [], problem_count: 3 });
    expect(json.problems.map((each: { line: number }) => each.line)).toEqual([1, 2, 3]);
    expect(text).toContain(`${bad}:1:47: unit "gb" is no unit in these letters: write GB`);
    expect(text).toContain(`${bad}:3:56: at 2027-01-01T00:00:00Z is in the future`);
    expect(filesOf(here)).toEqual({});
  });

  it('that contradicts what is there names the line', async () => {
    const here = deployment();
    const day = (from: string, at: string) => `vercel,builds,5,min,,amount,${from},${at}`;
    await importUsage(here, [csvOf(here, day('2026-01-01', '2026-01-02'), STORAGE)]);
    const before = filesOf(here);
    const rows = [
      day('2026-01-02', '2026-01-03'),
      day('2026-01-01T06:00:00Z', '2026-01-01T07:00:00Z'),
      STORAGE.replace('GB', 'requests').replace('01-02', '01-03'),
    ];
    const { json } = await importUsage(here, [csvOf(here, ...rows)]);
    expect(json.problems).toMatchObject([
      { line: 3, column: 29, message: expect.stringContaining('its use would count twice') },
      { line: 4, column: 22, message: expect.stringContaining('does not convert to "GB"') },
    ]);
    expect(filesOf(here)).toEqual(before);
  });

  it('tells how many problems there are beyond those it shows', async () => {
    const here = deployment();
    const rows = Array.from({ length: 30 }, () => STORAGE.replace('GB', ''));
    const { json, text } = await importUsage(here, [csvOf(here, ...rows)]);
    expect([json.problem_count, json.problems.length]).toEqual([30, 20]);
    expect(text).toContain('… the first 20 of 30 problems');
  });

  it('of a header alone records nothing', async () => {
    const here = deployment();
    const { json, text } = await importUsage(here, [csvOf(here)]);
    expect([json.status, text]).toEqual([
      'unchanged',
      'manual: the files hold no readings (1 file)\n',
    ]);
  });

  it('keeps sources apart, and refuses one that cannot be a folder', async () => {
    const here = deployment();
    await importUsage(here, [csvOf(here, STORAGE)]);
    await importUsage(here, [csvOf(here, STORAGE)], { source: 'api' });
    expect(Object.keys(filesOf(here))).toEqual([
      'source=api/period=2026-01/readings.parquet',
      'source=manual/period=2026-01/readings.parquet',
    ]);
    await expect(importUsage(here, [], { source: '../x' })).rejects.toThrow('cannot name a feed');
  });

  it('says where a file of readings is damaged, and touches nothing', async () => {
    const here = deployment();
    await importUsage(here, [csvOf(here, STORAGE)]);
    const path = 'data/finance/usage/source=manual/period=2026-01/readings.parquet';
    writeFileSync(join(here.root, path), 'PAR1 no more');
    const error = await importUsage(here, [csvOf(here, BUILDS)]).catch((each) => each);
    expect(error).toMatchObject({ kind: 'integrity', code: 'usage-damaged' });
    expect(error.message).toContain('source=manual');
    await expect(listUsage(here)).rejects.toMatchObject({ kind: 'integrity' });
  });

  it('of a year by the hour is one file a month', async () => {
    const here = deployment();
    const at = Date.UTC(2025, 0, 1);
    const rows = Array.from({ length: 8760 }, (_, i) => {
      const instant = new Date(at + i * 3_600_000).toISOString();
      return `supabase,storage,${i},MB,,,,${instant}`;
    });
    const { json } = await importUsage(here, [csvOf(here, ...rows)]);
    expect(json).toMatchObject({ added: 8760, metrics: [{ latest: { value: '8759' } }] });
    expect(Object.keys(filesOf(here))).toHaveLength(12);
  });
});

describe('a slip in a unit', () => {
  it('is asked about at once, and mended by the command that is said', async () => {
    const here = deployment();
    const { json, text } = await recordUsage(here, { ...typed, unit: 'hrz' });
    expect(json.status).toBe('recorded');
    expect(text).toContain('--unit "hrz" is taken as a noun; did you mean "hr"?');
    const later = { now: '2026-01-05T00:00:00Z' };
    const blocked = await recordUsage(here, { ...typed, unit: 'h' }, later);
    expect(blocked.outcome).toBe('findings');
    const [, said] = /first: brctl finance usage record (.*)$/m.exec(blocked.text)!;
    const flags = said!
      .split(/ ?--/)
      .slice(1)
      .map((word) => word.split(' '));
    const mended = await recordUsage(here, Object.fromEntries(flags), later);
    expect(mended.json).toMatchObject({ status: 'recorded', added: 0, replaced: 1 });
    expect((await recordUsage(here, { ...typed, unit: 'h' }, later)).json.status).toBe('recorded');
  });

  it('is none where it is like nothing, or where the metric has it already', async () => {
    const here = deployment();
    for (const unit of ['requests', 'seats', 'GB-Hours', 'k requests', 'requests/min']) {
      const metric = unit.replace(/\W/g, '_');
      const { json } = await recordUsage(here, { ...typed, metric, unit });
      expect(json.warnings.join()).not.toContain('did you mean');
    }
    await recordUsage(here, { ...typed, unit: 'hrz' });
    const again = await recordUsage(
      here,
      { ...typed, unit: 'hrz' },
      { now: '2026-01-05T00:00:00Z' },
    );
    expect(again.json.warnings.join()).not.toContain('taken as a noun');
  });
});

it('a slip in a service is corrected, when it is recorded and when it is listed', async () => {
  const here = deployment();
  mkdirSync(join(here.root, 'config/finance'), { recursive: true });
  const config = readFileSync(join(ROOT, 'packs/finance/config/usage-alerts-config.yaml'));
  writeFileSync(join(here.root, 'config/finance/usage-alerts-config.yaml'), config);
  const { text } = await recordUsage(here, { ...typed, service: 'supabse' });
  expect(text).toContain('has no usage alerts (did you mean "supabase"?)');
  const listed = await listUsage(here, { service: 'supabsee' });
  expect(listed.text).toBe('there are no usage readings of supabsee (did you mean "supabse"?)\n');
});

describe('a record', () => {
  it('is of now, and replaces what was recorded of the same instant', async () => {
    const here = deployment();
    const { json } = await recordUsage(here, { ...typed, limit: '8' });
    expect(json).toMatchObject({
      ...{ status: 'recorded', source: 'manual', files: [], added: 1 },
      metrics: [{ latest: { kind: 'level', end: '2026-01-04T12:00:00Z', limit: '8' } }],
    });
    expect((await recordUsage(here, { ...typed, limit: '8' })).json.status).toBe('unchanged');
    expect((await recordUsage(here, { ...typed, unit: 'GiB' })).json.replaced).toBe(1);
  });

  it('of a counter or an amount has a start', async () => {
    const here = deployment();
    const running = await recordUsage(here, { ...typed, kind: 'running' });
    expect(running.json.metrics[0].latest).toMatchObject({ start: '2026-01-01T00:00:00Z' });
    const amount = { ...typed, metric: 'egress', start: '2026-01-01', end: '2026-01-02' };
    expect((await recordUsage(here, amount)).json.metrics[0].latest.kind).toBe('amount');
  });

  it.each([
    [{ unit: 'gb' }, '--unit "gb" is no unit in these letters: write GB'],
    [{ value: '-1' }, '--value -1 is negative'],
    [{ service: '' }, '--service is missing'],
    [{ start: '2026-01-01' }, '--end is missing: amount of when?'],
    [{ at: '2026-01-05' }, '--at 2026-01-05T00:00:00Z is in the future'],
  ])('with %j is a usage error', async (change, message) => {
    const given = recordUsage(deployment(), { ...typed, ...change });
    await expect(given).rejects.toMatchObject({ kind: 'usage', message });
  });

  it('that contradicts what is there is not taken', async () => {
    const here = deployment();
    await recordUsage(here, typed);
    const { outcome, text } = await recordUsage(here, { ...typed, unit: 'h', at: '2026-01-03' });
    expect(outcome).toBe('findings');
    expect(text).toContain('problem --unit "h" does not convert to "GB"');
  });
});

describe('the list', () => {
  it('is empty at first, and says how to begin', async () => {
    const { text, json } = await listUsage(deployment());
    expect(text).toMatch(/^there are no usage readings yet/);
    expect(json.metrics).toEqual([]);
  });

  it('tells how old each is, and leaves out what is older than asked', async () => {
    const here = deployment();
    await importUsage(here, [csvOf(here, STORAGE, BUILDS)]);
    const { text, json } = await listUsage(here);
    expect(text).toMatch(/supabase +storage +7\.2 GB +8 +90\.0 .* 2d12h +manual +1/);
    expect(text).toMatch(/vercel +build_minutes +90 min +– +– .* 1d6h/);
    expect(json.metrics.map((each: { age_seconds: number }) => each.age_seconds)).toEqual([
      216_000, 108_000,
    ]);
    expect((await listUsage(here, { since: '2d' })).json.metrics).toHaveLength(1);
    expect((await listUsage(here, { since: '2026-01-02' })).json.metrics).toHaveLength(2);
    await expect(listUsage(here, { since: 'monday' })).rejects.toMatchObject({ kind: 'usage' });
  });
});

describe('the JSON', () => {
  const [intake, list] = [validatorOf('usage-import'), validatorOf('usage')];

  it('of every end of an import keeps to its schema', async () => {
    const here = deployment();
    const csv = csvOf(here, STORAGE, BUILDS);
    const replacing = here.file('b.csv', `${HEAD}\n${STORAGE.replace('8', '9')}\n`);
    const seen = [
      await importUsage(here, [csv], { dryRun: true }),
      await importUsage(here, [csv]),
      await importUsage(here, [csv]),
      await importUsage(here, [replacing]),
      await importUsage(here, [here.file('c.csv', '')]),
      await importUsage(here, [here.file('d.csv', `${HEAD}\na,b,,\n`)]),
      await recordUsage(here, typed),
      await recordUsage(here, { ...typed, unit: 'h', at: '2026-01-03' }),
    ];
    for (const { json } of seen) {
      intake(json);
      expect(intake.errors).toBeNull();
      expect(Object.keys(json)).toEqual((intake.schema as { required: string[] }).required);
    }
    const statuses = new Set(seen.map(({ json }) => json.status));
    expect([...statuses].sort()).toEqual(['planned', 'recorded', 'rejected', 'unchanged']);
    expect(intake({ ...seen[0]!.json, extra: 1 })).toBe(false);
  });

  it('of a list keeps to its schema', async () => {
    const here = deployment();
    for (const words of [{}, { since: '2d' }]) {
      const { json } = await listUsage(here, words);
      list(json);
      expect(list.errors).toBeNull();
      await importUsage(here, [csvOf(here, STORAGE, BUILDS)]);
    }
    const { json } = await listUsage(here);
    list(json);
    expect(list.errors).toBeNull();
    expect(Object.keys(json)).toEqual((list.schema as { required: string[] }).required);
    expect(list({ ...json, metrics: [{ ...json.metrics[0], value: 7.2 }] })).toBe(false);
  });
});
