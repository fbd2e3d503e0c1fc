/** What surrounds the code of a new pack: its playbook, and what editors, npm, git and CI read. */
import { toJson } from '../../sdk/index.ts';
import type { ScaffoldFile, ScaffoldQuestion } from './scaffold.ts';

export function projectFiles({ name }: ScaffoldQuestion): readonly ScaffoldFile[] {
  return [
    { path: 'README.md', text: readmeText(name) },
    { path: 'package.json', text: toJson(packageOf(name)) },
    { path: 'tsconfig.json', text: toJson(TSCONFIG) },
    { path: '.gitignore', text: 'node_modules/\ndist/\n' },
    { path: '.github/workflows/pack.yml', text: WORKFLOW },
  ];
}

function readmeText(name: string): string {
  return `# The ${name} pack

Says who answers for which service. It reads \`config/${name}/services.yaml\` of a target, which
belongs to the operator.

\`\`\`
brctl ${name} services                    # exits 1 when nobody answers for a service
brctl ${name} services --owner platform   # only theirs; --format json for scripts
\`\`\`

## Work on it

\`\`\`
brctl pack validate     # manifest, schemas and config, with file:line:column
brctl pack build        # the pack as a folder and as a .tgz, in dist/
brctl pack install ./dist/${name} --target=DIR
brctl ${name} services --target=DIR
node --test             # builds it, installs it into a folder of its own, runs it
\`\`\`

| file | what it is |
|---|---|
| \`pack.yaml\` | what the pack is, needs and may touch |
| \`index.ts\` | its commands, each \`parse → plan → apply → render\` |
| \`services.ts\` | reads the config file |
| \`config/\` | what install puts before the operator; upgrades keep their edits |
| \`schemas/\` | what the config files must keep to |
| \`test/\` | needs Node 22.18 or later and brctl, and no packages |
| \`.editor/\` | the schema of \`pack.yaml\`, for editors; no part of the pack |
| \`.github/workflows/\` | validates, builds and tests every push |

CI installs what the repository variable \`BRCTL_PACKAGE\` says: whatever \`npm install\` takes.

Packages are bundled. Those that \`node_modules\` does not have come from brctl, which brings
\`yaml\`; \`npm install\` and \`npm link brctl\` give an editor the types of everything. Where the
PATH finds another program named \`brctl\`, say \`BRCTL=/path/to/brctl node --test\`.
`;
}

/** The range of brctl's own, so that both ways of finding it agree. */
export const YAML_RANGE = '^2.9.1';

function packageOf(name: string): object {
  return {
    name: `brctl-pack-${name}`,
    private: true,
    type: 'module',
    engines: { node: '>=22.18' },
    scripts: {
      build: 'brctl pack build',
      validate: 'brctl pack validate',
      test: 'node --test',
    },
    dependencies: { yaml: YAML_RANGE },
    devDependencies: { '@types/node': '^24.0.0' },
  };
}

const TSCONFIG = {
  compilerOptions: {
    target: 'es2024',
    lib: ['es2025'],
    module: 'nodenext',
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
  },
  include: ['*.ts', 'test'],
};

const WORKFLOW = `name: pack

on:
  push:
  pull_request:

permissions:
  contents: read

concurrency:
  group: pack-\${{ github.ref }}
  cancel-in-progress: \${{ github.event_name == 'pull_request' }}

jobs:
  pack:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v6
        with:
          persist-credentials: false
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      # Where brctl comes from is for the repository to say, in a variable of its settings: whatever
      # npm installs, such as the address of a .tgz or a git repository.
      - name: Install brctl
        env:
          BRCTL_PACKAGE: \${{ vars.BRCTL_PACKAGE }}
        run: |
          if [ -z "$BRCTL_PACKAGE" ]; then
            echo '::error::set the repository variable BRCTL_PACKAGE to what npm installs'
            exit 1
          fi
          npm install --global "$BRCTL_PACKAGE"
      - name: Install packages
        if: hashFiles('package-lock.json') != ''
        run: npm ci
      - name: Validate
        run: brctl pack validate --format github
      - name: Build
        run: brctl pack build
      - name: Test
        run: node --test
`;
