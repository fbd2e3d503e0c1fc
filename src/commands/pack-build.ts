/**
 * `brctl pack build [dir]`: the source of a pack -> the archive and the folder that are installed.
 *
 * Exit codes: 0 built · 2 no source of a pack, a place that makes no sense · 3 not valid, cannot be
 * bundled, something else is in the way, disk · 4 permission · 5 files that no pack may hold.
 */
import type { HostContext } from '../host.ts';
import type { BuildPlan } from '../pack/source/build-output.ts';
import {
  defineCommand,
  type Paint,
  renderTable,
  textFlag,
  toJson,
  usageError,
} from '../sdk/index.ts';

type Options = Readonly<{ dir: string; into: string | undefined; isDryRun: boolean }>;
type Plan = BuildPlan &
  Readonly<{
    isDryRun: boolean;
    /** Of the results, as they are shown. */
    shown: Readonly<{ folder: string; archive: string }>;
  }>;

export const packBuild = defineCommand<Options, Plan, HostContext>({
  path: ['pack', 'build'],
  summary: 'Build a pack from its source: a folder and a .tgz to install from.',
  description:
    'The source is a folder with pack.yaml and index.ts, this one if none is named; config/, ' +
    'schemas/ and README.md come along. Packages are bundled from the node_modules of the pack, ' +
    'or else from those of brctl. The same source gives the same bytes, wherever it is built. ' +
    'Prints every file, the hashes, and what the bundle is made of. A build that fails leaves ' +
    'what an earlier one made.',
  examples: ['brctl pack build', 'brctl pack build ./hello --into /srv/packs --format json'],
  arguments: [{ name: 'dir', summary: 'the source of the pack', completes: 'file' }],
  flags: {
    into: {
      type: 'string',
      placeholder: 'DIR|FILE.tgz',
      summary: 'where the results go (default: dist in the source)',
    },
  },
  formats: ['table', 'json'],
  dryRun: true,
  parse: (input) => {
    const into = textFlag(input, 'into');
    if (into === '') throw usageError('into-empty', '--into names no place');
    if (input.out?.endsWith('.tgz')) {
      const said = `--out ${input.out} is where the printed result goes, not the archive`;
      throw usageError('out-archive', said, `--into ${input.out}`);
    }
    return { dir: input.arguments[0] ?? '.', into, isDryRun: input.dryRun };
  },
  plan: async ({ isDryRun, ...question }, context) => {
    const { planBuild } = await import('../pack/source/build-output.ts');
    const { shownPath } = await import('../pack/validate/subject.ts');
    const plan = await planBuild(question, context);
    for (const warning of plan.bundled.warnings) context.streams.err(`warning: ${warning}\n`);
    const shown = {
      folder: shownPath(context.cwd, plan.folder),
      archive: shownPath(context.cwd, plan.archive.path),
    };
    return { ...plan, isDryRun, shown };
  },
  apply: async (plan, context) => {
    const { applyBuild } = await import('../pack/source/build-output.ts');
    return { ...plan, ...applyBuild(plan, context), isDryRun: false };
  },
  release: async (plan) => {
    const { releaseBuild } = await import('../pack/source/build-output.ts');
    releaseBuild(plan);
  },
  render: (plan, { format, paint }) => (format === 'json' ? asJson(plan) : asText(plan, paint)),
  outcome: () => 'ok',
});

function asText(plan: Plan, paint: Paint): string {
  const { manifest, tree, archive, isDryRun, shown } = plan;
  const pack = paint.bold(`${manifest.name} ${manifest.version}`);
  const lines = [
    `${pack} ${isDryRun ? 'would be built' : 'built'}: ${tree.files.length} files\n\n`,
    filesTable(plan, paint),
    `\n${bundleTable(plan, paint)}`,
    `\n${shown.folder}\n  ${paint.dim(tree.hash)}\n`,
    `${shown.archive}  ${archive.bytes} bytes\n  ${paint.dim(archive.integrity)}\n`,
  ];
  if (isDryRun) lines.push('nothing was changed (--dry-run)\n');
  return lines.join('');
}

function filesTable({ tree }: Plan, paint: Paint): string {
  const total = tree.files.reduce((sum, { size }) => sum + size, 0);
  return renderTable({
    columns: [{ title: 'File' }, { title: 'Bytes', align: 'right' }],
    rows: [...tree.files.map(({ path, size }) => [path, `${size}`]), ['total', `${total}`]],
    title: paint.bold,
  });
}

/** The rows add up to the bytes of the bundle: what joins the packages is a row of its own. */
function bundleTable({ bundled }: Plan, paint: Paint): string {
  const { packages, builtins, glue, bytes } = bundled;
  const table = renderTable({
    columns: [
      { title: 'In the bundle' },
      { title: 'Version' },
      { title: 'Files', align: 'right' },
      { title: 'Bytes', align: 'right' },
    ],
    rows: [
      ...packages.map((each) => [each.name, each.version, `${each.files}`, `${each.bytes}`]),
      ['what joins them', '', '', `${glue}`],
      ['total', '', '', `${bytes}`],
    ],
    title: paint.bold,
  });
  return `${table}of Node: ${builtins.length === 0 ? 'nothing' : builtins.join(', ')}\n`;
}

function asJson(plan: Plan): string {
  const { manifest, tree, archive, bundled, shown } = plan;
  return toJson({
    schema: 'brctl/pack-build/v1',
    name: manifest.name,
    version: manifest.version,
    changed: !plan.isDryRun,
    folder: shown.folder,
    tree: tree.hash,
    archive: { path: shown.archive, bytes: archive.bytes, integrity: archive.integrity },
    files: tree.files.map(({ path, size, sha256, executable }) => ({
      path,
      bytes: size,
      sha256,
      executable,
    })),
    bundle: {
      bytes: bundled.bytes,
      glue: bundled.glue,
      packages: bundled.packages.map(({ name, version, files, bytes }) => ({
        name,
        version,
        files,
        bytes,
      })),
      builtins: bundled.builtins,
    },
  });
}
