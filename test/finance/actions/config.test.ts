/** `actions` of the alert config: what is read, what is refused, and what the check says. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readUsageAlerts } from '../../../packs/finance/adapters/yaml-config/alerts/config.ts';
import { openSource } from '../../../packs/finance/adapters/yaml-config/part.ts';
import { checkFindings } from '../../../packs/finance/alerts/honoured.ts';
import { termsText, workText } from '../../../packs/finance/core/actions/terms.ts';
import { variable } from '../../../packs/finance/core/alert-config/variable.ts';
import { actionConfig, configIn } from '../../support/action-ports.ts';

const schemas = new URL('../../../schemas/finance/', import.meta.url);

function validator(name: string) {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  formats.default(ajv);
  return ajv.compile(JSON.parse(readFileSync(new URL(`${name}.schema.json`, schemas), 'utf8')));
}

const validate = validator('usage-alerts-config');

function problemsIn(does: string): readonly string[] {
  const source = openSource(actionConfig(does), 'usage-alerts-config.yaml');
  readUsageAlerts(source);
  return source.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const WHOLE = `kind: switch_to_ollama
approval: policy-steward
restore: manual
act_on: estimates
cooldown: 2h
timeout: 45s
active_hours: 08:00-18:00
ollama: { url: "http://127.0.0.1:11434", model: llama3.2 }
litellm: { url: "https://proxy.test", key: "\${KEY}", models: [a, b], api_base: "http://o:1" }`;

describe('a definition', () => {
  it('says all of its terms, and the schema takes it', () => {
    const [cap] = configIn(actionConfig(WHOLE)).definitions;
    expect(cap).toMatchObject({
      ...{ name: 'cap', approval: 'policy-steward', restore: 'manual', actOn: 'estimates' },
      ...{ cooldownMs: 7_200_000, timeoutMs: 45_000, hours: { from: 480, until: 1080 } },
      work: { kind: 'switch_to_ollama', via: { by: 'litellm', models: ['a', 'b'] } },
    });
    expect(workText(cap!.work)).toBe('switches to llama3.2 by LiteLLM at https://proxy.test: a, b');
    expect(termsText(cap!)).toContain('within 08:00-18:00 UTC');
    validate(parse(actionConfig(WHOLE)));
    expect(validate.errors).toBeNull();
  });

  it.each([
    ['kind: notify_and_audit', 'stays, as there is nothing to undo'],
    ['kind: exec\nrun: [/bin/true]', 'has no undo'],
    ['kind: exec\nrun: [/bin/true]\nundo: [/bin/true]\nrestore: manual', 'undone by hand'],
    [
      'kind: exec\nrun: [/bin/true]\nundo: [/bin/true]',
      'undone when its period (or, without one, its rule) is over',
    ],
  ])('of %j says how it ends', (does, end) => {
    const [cap] = configIn(actionConfig(does)).definitions;
    expect(termsText(cap!)).toContain(`, ${end}, acts on`);
  });

  it('without terms waits for a steward, and acts on reported numbers only', () => {
    const [cap] = configIn(actionConfig('kind: exec\nrun: [/bin/true]')).definitions;
    expect(cap).toMatchObject({
      ...{ approval: 'policy-steward', restore: 'period_end', actOn: 'reported' },
      ...{ cooldownMs: 3_600_000, timeoutMs: 30_000, hours: undefined },
    });
  });

  it.each([
    ['kind: exe\nrun: [/bin/true]', /wrong|did you mean "exec"/],
    ['kind: exec\nrn: [/bin/true]', /unknown key "rn" \(did you mean "run"\?\)/],
    ['kind: exec\nrun: /bin/true now', /must be a list/],
    ['kind: exec\nrun: ["systemctl reload x"]', /there is no shell/],
    ['kind: exec\nrun: [./reload]', /no absolute path/],
    [`kind: exec\nrun: [/bin/echo, "${variable('TOKEN')}"]`, /variables do not stand in commands/],
    ['kind: exec\nrun: []', /must name a program/],
    ['kind: exec\nrun: [/bin/true]\nwebhook: { url: a, secret: b }', /"webhook" means nothing/],
    ['kind: exec\nrun: [/bin/true]\ntimeout: 2h', /longer than 10m/],
    ['kind: exec\nrun: [/bin/true]\nactive_hours: 8-18', /no part of a day/],
    ['kind: exec\nrun: [/bin/true]\napproval: anyone', /must be none or policy-steward/],
    ['kind: webhook\nwebhook: { url: "https://x.test" }', /missing key "secret"/],
    [
      'kind: switch_to_ollama\nollama: { url: "http://localhost:1", model: m }',
      /one way to switch/,
    ],
    [
      'kind: switch_to_ollama\nollama: { url: u, model: m }\nenv_file: { path: /a, set: { A: b c } }',
      /would need quotes/,
    ],
  ])('is refused where it says %j', (does, message) => {
    expect(problemsIn(does).join('\n')).toMatch(message);
    expect(problemsIn(does)[0]).toMatch(/^\d+:\d+ /);
  });
});

describe('the check', () => {
  it('says what the file grants to start, and what nobody has defined', () => {
    const granted = checkFindings(configIn(actionConfig('kind: exec\nrun: [/bin/true, -x]')), 0);
    expect(granted.find(({ code }) => code === 'action-grant')?.message).toContain('/bin/true');
    const text = actionConfig('kind: notify_and_audit').replace('  cap:', '  other:');
    const undefinedOnes = checkFindings(configIn(text), 0);
    expect(undefinedOnes.find(({ code }) => code === 'action-undefined')?.severity).toBe('warning');
    const secret = actionConfig(WHOLE.replace(variable('KEY'), 'sk-planted'));
    const found = checkFindings(configIn(secret), 0);
    expect(JSON.stringify(found)).not.toContain('planted');
    expect(found.map(({ code }) => code)).toContain('secret-in-file');
  });
});

describe('the schema of what the commands print', () => {
  it('is strict, and takes the empty shape', () => {
    const check = validator('alert-actions');
    const empty = { dry_run: false, busy: false, actions: [], journal: [], held: [] };
    expect(check({ schema: 'brctl.finance/alert-actions/v1', ...empty })).toBe(true);
  });
});
