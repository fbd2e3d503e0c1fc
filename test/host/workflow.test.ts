/**
 * The workflow of this repository, read as a runner reads it: what its steps run is real, here and
 * in a copy of the workspace whose manifest is broken.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT, temporaryFolder } from '../support/host.ts';

type Step = Readonly<{
  name?: string;
  if?: string;
  uses?: string;
  run?: string;
  'continue-on-error'?: boolean;
  with?: Readonly<Record<string, unknown>>;
}>;

type Job = Readonly<{
  permissions?: Readonly<Record<string, string>>;
  'timeout-minutes'?: number;
  steps: readonly Step[];
}>;

const WORKFLOW = parse(readFileSync(join(ROOT, '.github/workflows/pack.yml'), 'utf8')) as Readonly<{
  on: Readonly<Record<string, unknown>>;
  permissions: Readonly<Record<string, string>>;
  concurrency: Readonly<Record<string, string>>;
  jobs: Readonly<{ validate: Job }>;
}>;

const { steps, ...job } = WORKFLOW.jobs.validate;
const ours = steps.filter(({ run }) => run?.includes('npx brctl'));

/** One step in a runner's shell, with the folders that a runner gives it. */
function play(script: string, cwd: string) {
  const runner = temporaryFolder();
  const summary = join(runner, 'summary.md');
  writeFileSync(summary, '');
  const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', script], {
    cwd,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
      RUNNER_TEMP: runner,
      GITHUB_STEP_SUMMARY: summary,
      BRCTL_TARGET: '',
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
    },
  });
  const sarif = join(runner, 'brctl.sarif');
  return {
    status,
    stdout,
    stderr,
    summary: readFileSync(summary, 'utf8'),
    sarif: existsSync(sarif) ? JSON.parse(readFileSync(sarif, 'utf8')) : undefined,
  };
}

function stepThat(word: string): string {
  const found = ours.filter(({ run }) => run?.includes(word));
  expect(found.map(({ name }) => name)).toHaveLength(1);
  return found[0]!.run!;
}

/** The built checkout with another manifest of finance, as a runner would have it. */
function brokenCheckout(): string {
  const copy = temporaryFolder();
  for (const name of ['package.json', 'pack.yaml', 'bin', 'dist', 'packs', 'schemas']) {
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const file = join(copy, 'packs/finance/pack.yaml');
  const text = readFileSync(file, 'utf8');
  const broken = text.replace(/^version: ".*"$/m, 'version: 1.2').replace(/^entry:/m, 'entri:');
  expect(broken).not.toBe(text);
  writeFileSync(file, broken);
  return copy;
}

function lineOf(text: string, start: string): number {
  return text.split('\n').findIndex((line) => line.startsWith(start)) + 1;
}

describe('the workflow', () => {
  test('runs for pushes and pull requests, with no right that it does not need', () => {
    expect(Object.keys(WORKFLOW.on).sort()).toEqual(['pull_request', 'push']);
    expect(WORKFLOW.permissions).toEqual({ contents: 'read' });
    expect(job.permissions).toEqual({
      contents: 'read',
      'security-events': 'write',
      actions: 'read',
    });
    expect(job['timeout-minutes']).toBeLessThanOrEqual(30);
    expect(WORKFLOW.concurrency.group).toContain('github.ref');
  });

  test('pins every action to a major version and keeps no credentials', () => {
    const uses = steps.flatMap((step) => (step.uses === undefined ? [] : [step.uses]));
    expect(uses.map((each) => each.replace(/@v\d+$/, ''))).toEqual([
      'actions/checkout',
      'actions/setup-node',
      'github/codeql-action/upload-sarif',
    ]);
    expect(steps[0]?.with).toEqual({ 'persist-credentials': false });
  });

  test('puts nothing into a shell that somebody else may have written', () => {
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });

  test('runs npm scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const named = steps.flatMap(({ run = '' }) => [...run.matchAll(/npm run ([\w:-]+)/g)]);
    expect(named.map(([, name]) => name)).toEqual(['build']);
    for (const [, name] of named) expect(scripts).toHaveProperty(name!);
  });

  test('uploads what it has written, and lives with a repository that has no place for it', () => {
    const upload = steps.find(({ uses }) => uses?.includes('upload-sarif'));
    expect(upload?.with?.sarif_file).toMatch(/^\$\{\{ runner\.temp \}\}\/brctl\.sarif$/);
    expect(upload?.['continue-on-error']).toBe(true);
    expect(stepThat('--format sarif')).toContain('--out "$RUNNER_TEMP/brctl.sarif"');
  });
});

describe('in this repository', () => {
  test('every step that asks brctl succeeds', () => {
    expect(ours).toHaveLength(3);
    const before = readdirSync(ROOT);
    for (const { run } of ours) {
      const { status, stderr } = play(run!, ROOT);
      expect([run, status, stderr]).toEqual([run, 0, expect.any(String)]);
    }
    expect(readdirSync(ROOT)).toEqual(before);
  });
});

describe('with a manifest that is broken', () => {
  test('annotations name file, line and column, and the step fails', () => {
    const cwd = brokenCheckout();
    const { status, stdout } = play(stepThat('--format github'), cwd);
    const text = readFileSync(join(cwd, 'packs/finance/pack.yaml'), 'utf8');
    const [version, entry] = [lineOf(text, 'version:'), lineOf(text, 'entri:')];
    expect(status).toBe(1);
    expect(stdout).toContain(`::error file=packs/finance/pack.yaml,line=${version},col=10,`);
    expect(stdout).toContain(`::error file=packs/finance/pack.yaml,line=${entry},col=1,`);
  });

  test('the summary holds the problems in one block, and its step fails too', () => {
    const { status, summary } = play(stepThat('GITHUB_STEP_SUMMARY'), brokenCheckout());
    expect(status).toBe(1);
    expect(summary).toMatch(
      /^### Packs\n```text\n[^`]*packs\/finance\/pack\.yaml:\d+:10[^`]*```\n$/,
    );
  });

  test('SARIF is written for the upload, which does not wait for a better day', () => {
    const { status, sarif } = play(stepThat('--format sarif'), brokenCheckout());
    expect(status).toBe(0);
    const places = sarif.runs[0].results.map(
      (each: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
        each.locations[0]?.physicalLocation.artifactLocation.uri,
    );
    expect(new Set(places)).toEqual(new Set(['packs/finance/pack.yaml']));
  });

  test('a brctl that cannot run at all fails the step that writes SARIF', () => {
    const cwd = brokenCheckout();
    const script = stepThat('--format sarif').replace('pack validate', 'pack validate nowhere');
    expect(play(script, cwd).status).not.toBe(0);
  });
});
