/**
 * `brctl pack info <pack>`: what a pack is, needs and may touch: an installed one by its name, any
 * other by what `pack install` takes.
 *
 * Exit codes: 0 shown · the others as `pack install`.
 */
import type { HostContext } from '../host.ts';
import type { PackInfo } from '../pack/source/info.ts';
import { defineCommand, type Paint, toJson } from '../sdk/index.ts';

type Options = Readonly<{ spec: string; target: string | undefined }>;

export const packInfo = defineCommand<Options, PackInfo, HostContext>({
  path: ['pack', 'info'],
  summary: 'Show what a pack is, needs and may touch.',
  examples: ['brctl pack info finance', 'brctl pack info ./dist/packs/finance --format json'],
  arguments: [
    {
      name: 'pack',
      summary: 'an installed pack, or what pack install takes',
      required: true,
      completes: 'file',
    },
  ],
  formats: ['table', 'json'],
  parse: (input, context) => ({ spec: input.arguments[0] ?? '', target: context.target }),
  plan: async (options, context) => {
    const { infoOf } = await import('../pack/source/info.ts');
    return infoOf(options, context);
  },
  render: (info, { format, paint }) => (format === 'json' ? asJson(info) : asText(info, paint)),
  outcome: () => 'ok',
});

function asText(info: PackInfo, paint: Paint): string {
  const { manifest, installed, where, tree, commands, permissions, permissionsHash, level } = info;
  const lines: [string, readonly string[]][] = [
    ['from', [where]],
    ['installed', [installed ?? 'no']],
    ['level', [level ?? '-']],
    ['brctl', [manifest.engines.brctl]],
    ['tree', [tree]],
    ['commands', commands],
    ['config', (manifest.config ?? []).map(({ path }) => `config/${manifest.name}/${path}`)],
    ['roles', (manifest.roles ?? []).map(({ id, summary }) => `${id}: ${summary}`)],
    ['may', permissions.length === 0 ? ['touch nothing outside its own folders'] : permissions],
    ['permissions', [permissionsHash]],
    ['versions', info.versions],
  ];
  const shown = lines.filter(([, values]) => values.length > 0);
  const width = Math.max(...shown.map(([title]) => title.length));
  const body = shown.flatMap(([title, values]) =>
    values.map((value, i) => `${paint.dim((i === 0 ? title : '').padEnd(width))}  ${value}\n`),
  );
  const pack = paint.bold(`${manifest.name} ${manifest.version}`);
  return `${pack}: ${manifest.summary}\n${body.join('')}`;
}

function asJson(info: PackInfo): string {
  const { manifest } = info;
  return toJson({
    schema: 'brctl/pack-info/v1',
    name: manifest.name,
    version: manifest.version,
    summary: manifest.summary,
    from: info.where,
    installed: info.installed ?? null,
    level: info.level ?? null,
    engine: manifest.engines.brctl,
    tree: info.tree,
    commands: info.commands,
    config: (manifest.config ?? []).map(({ path }) => path),
    roles: (manifest.roles ?? []).map(({ id, summary, needs }) => ({
      id,
      summary,
      needs: needs ?? [],
    })),
    permissions: { hash: info.permissionsHash, ...info.permissionSet },
    data: manifest.data ?? null,
    versions: info.versions,
  });
}
