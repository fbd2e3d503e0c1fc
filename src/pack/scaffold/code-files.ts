/** The code of a new pack: one command that is worth reading, and a test that needs no packages. */
import type { ScaffoldFile, ScaffoldQuestion } from './scaffold.ts';

export function codeFiles({ name }: ScaffoldQuestion): readonly ScaffoldFile[] {
  return [
    { path: 'index.ts', text: entryText(name) },
    { path: 'services.ts', text: SERVICES },
    { path: 'test/services.test.ts', text: testText(name) },
  ];
}

function entryText(name: string): string {
  return `/** The ${name} pack. To add a command: another defineCommand, named in the last line. */
import { join } from 'node:path';
import { defineCommand, definePack, renderTable, textFlag, toJson } from 'brctl/sdk';
import { readServices, type Service } from './services.ts';

type Options = Readonly<{ owner: string | undefined }>;
type Plan = Readonly<{ services: readonly Service[] }>;

const services = defineCommand<Options, Plan>({
  path: ['services'],
  summary: 'List services and who answers for them.',
  description: 'Reads services.yaml of the target. Exits 1 when nobody answers for a service.',
  examples: ['brctl ${name} services', 'brctl ${name} services --owner platform --format json'],
  flags: {
    owner: { type: 'string', placeholder: 'NAME', summary: 'only what this owner answers for' },
  },
  formats: ['table', 'json'],
  // Words to options. What makes no sense is a usageError.
  parse: (input) => ({ owner: textFlag(input, 'owner') }),
  // Reads and decides. A command that changes something does so in \`apply\`, after this.
  plan: async ({ owner }, { target }) => {
    const all = readServices(join(target.config, 'services.yaml'));
    return { services: all.filter((each) => owner === undefined || each.owner === owner) };
  },
  // Pure: the same plan gives the same text.
  render: (plan, { format }) => (format === 'json' ? asJson(plan) : asText(plan)),
  outcome: ({ services }) =>
    services.every(({ owner }) => owner !== undefined) ? 'ok' : 'findings',
});

function asText({ services }: Plan): string {
  return renderTable({
    columns: [{ title: 'Service' }, { title: 'Owner' }],
    rows: services.map(({ name, owner }) => [name, owner ?? 'nobody']),
  });
}

function asJson({ services }: Plan): string {
  return toJson({
    schema: '${name}/services/v1',
    services: services.map(({ name, owner }) => ({ name, owner: owner ?? null })),
  });
}

export default definePack({ commands: [services] });
`;
}

const SERVICES = `/** services.yaml of the operator, as its schema describes it. */
import { readFileSync } from 'node:fs';
import { operationalError } from 'brctl/sdk';
import { parse } from 'yaml';

export type Service = Readonly<{ name: string; owner?: string }>;

export function readServices(file: string): readonly Service[] {
  const { services } = readYaml(file) as { services?: unknown };
  if (Array.isArray(services) && services.every(isService)) return services;
  throw operationalError('config-invalid', \`\${file} lists no services\`, hintFor(file));
}

function readYaml(file: string): object {
  try {
    return Object(parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const [reason] = (cause as Error).message.split('\\n');
    throw operationalError('config-unreadable', \`\${file}: \${reason}\`, hintFor(file));
  }
}

function isService(value: unknown): value is Service {
  const { name, owner } = Object(value);
  return typeof name === 'string' && (owner === undefined || typeof owner === 'string');
}

function hintFor(file: string): string {
  return \`brctl pack validate \${file}\`;
}
`;

function testText(name: string): string {
  return `/**
 * The pack as its operators have it: built, installed into a target of its own, run.
 *
 * Needs Node and brctl, and nothing else. Where the PATH finds another brctl, the variable BRCTL
 * says which program is meant.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const ROOT = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), '${name}-test-'));
const target = join(folder, 'target');

function brctl(...words: string[]) {
  const program = process.env.BRCTL || 'brctl';
  const isScript = program.endsWith('.js');
  const ran = spawnSync(
    isScript ? process.execPath : program,
    isScript ? [program, ...words] : words,
    { cwd: ROOT, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
  );
  assert.ifError(ran.error);
  return ran;
}

before(() => {
  const built = brctl('pack', 'build', '--into', folder);
  assert.equal(built.status, 0, built.stderr);
  const installed = brctl('pack', 'install', join(folder, '${name}'), '--target', target);
  assert.equal(installed.status, 0, installed.stderr);
});

after(() => rmSync(folder, { recursive: true, force: true }));

test('everything that the pack ships is valid', () => {
  const { status, stdout } = brctl('pack', 'validate', ROOT);
  assert.equal(status, 0, stdout);
});

test('services are listed with their owners', () => {
  const { status, stdout } = brctl('${name}', 'services', '--target', target);
  assert.equal(stdout, 'Service  Owner\\nwebsite  platform\\nbackups  storage\\n');
  assert.equal(status, 0);
});

test('--owner leaves out the services of others', () => {
  const words = ['services', '--owner', 'storage', '--format', 'json', '--target', target];
  assert.deepEqual(JSON.parse(brctl('${name}', ...words).stdout), {
    schema: '${name}/services/v1',
    services: [{ name: 'backups', owner: 'storage' }],
  });
});

test('a service without an owner is a finding, and a broken file an error', () => {
  const file = join(target, 'config', '${name}', 'services.yaml');
  writeFileSync(file, 'services: [{ name: website }]\\n');
  const found = brctl('${name}', 'services', '--target', target);
  assert.deepEqual([found.status, found.stdout], [1, 'Service  Owner\\nwebsite  nobody\\n']);
  writeFileSync(file, 'services: website\\n');
  const broken = brctl('${name}', 'services', '--target', target);
  assert.deepEqual([broken.status, broken.stdout], [3, '']);
  assert.match(broken.stderr, /services\\.yaml lists no services/);
});
`;
}
