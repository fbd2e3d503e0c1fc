/** What a new pack says of itself: its manifest, its config file, and the schema of that. */
import { stringify } from 'yaml';
import manifestSchema from '../../../schemas/pack.schema.json' with { type: 'json' };
import { toJson } from '../../sdk/index.ts';
import { API_VERSION } from '../manifest/manifest.ts';
import type { ScaffoldFile, ScaffoldQuestion } from './scaffold.ts';

/** Beside the pack and no part of it: editors find it there without a network. */
const EDITOR_SCHEMA = '.editor/pack.schema.json';

export function manifestFiles({ name, hostVersion }: ScaffoldQuestion): readonly ScaffoldFile[] {
  return [
    { path: 'pack.yaml', text: manifestText(name, hostVersion) },
    { path: EDITOR_SCHEMA, text: toJson(manifestSchema) },
    { path: 'config/services.yaml', text: configText(name) },
    { path: 'schemas/services.schema.json', text: toJson(configSchema(name)) },
  ];
}

function manifestText(name: string, hostVersion: string): string {
  return `# yaml-language-server: $schema=${EDITOR_SCHEMA}
#
# What the ${name} pack is, needs and may touch. Checked by \`brctl pack validate\`.
apiVersion: ${API_VERSION}
kind: Pack
name: ${word(name)}
version: "0.1.0"
summary: Says who answers for which service.
engines:
  brctl: "${engineFor(hostVersion)}"
# The bundle that \`brctl pack build\` makes of index.ts.
entry: index.mjs
# Files that install puts into config/${name} of a target, where they belong to its operator.
config:
  - path: services.yaml
    from: config/services.yaml
    schema: schemas/services.schema.json
# All that the pack may touch outside itself. Whoever installs it is asked for what is listed.
permissions:
  secrets: []
  hosts: []
  write: []
  executables: []
  configured: []
`;
}

/** A name such as \`true\` would be no text to YAML. */
function word(name: string): string {
  return stringify(name).trim();
}

/** This brctl and later ones, up to the next that may break with what it promised. */
export function engineFor(hostVersion: string): string {
  const [major = '0'] = hostVersion.split('.');
  return `>=${hostVersion} <${Number(major) + 1}`;
}

function configText(name: string): string {
  return `# yaml-language-server: $schema=${schemaInTarget(name)}
#
# Who answers for which service. This file is yours: upgrades of the pack keep your edits.
# After a change: brctl doctor (checks this file), then brctl ${name} services.
services:
  - name: website
    owner: platform
  - name: backups
    owner: storage
`;
}

/** Seen from config/<pack>/ of a target. */
function schemaInTarget(name: string): string {
  return `../../.brctl/packs/${name}/current/schemas/services.schema.json`;
}

function configSchema(name: string): object {
  const text = { type: 'string', minLength: 1 };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:brctl:schema:${name}:services:v1`,
    title: 'services.yaml',
    type: 'object',
    additionalProperties: false,
    required: ['services'],
    properties: {
      services: {
        description: 'In the order in which they are listed.',
        type: 'array',
        items: {
          description: 'One service.',
          type: 'object',
          additionalProperties: false,
          required: ['name'],
          properties: {
            name: { description: 'What people call it.', ...text },
            owner: { description: 'Who answers for it.', ...text },
          },
        },
      },
    },
  };
}
