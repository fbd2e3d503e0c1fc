/** Prints a value as people write YAML: several layouts, with comments and blank lines. */

export type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

export type Look = Readonly<{
  /** Spaces of a level. */
  step: number;
  /** Whether a list stands deeper than its key. */
  indentsLists: boolean;
  /** Whether short collections are written in brackets. */
  brackets: boolean;
  /** Whether an item starts on the line after its dash. */
  dashAlone: boolean;
  /** Which places have a comment (0) or a blank line (1) before them. */
  remarks: readonly number[];
}>;

const BRACKETS_MAX = 20;

/** Comments say where they are, and by `tag` whose they are. */
export function printYaml(value: Plain, look: Look, tag: string): string {
  return `${block(value, { look, tag, indent: 0, place: '' }).join('\n')}\n`;
}

type Where = Readonly<{ look: Look; tag: string; indent: number; place: string }>;

function block(node: Plain, where: Where): string[] {
  const pad = ' '.repeat(where.indent);
  const inside = entriesOf(node).flatMap(([head, child, name]) => {
    const place = `${where.place}/${name}`;
    return [...remark({ ...where, place }), ...entry(head, child, { ...where, place }, pad)];
  });
  return [...inside, ...remark({ ...where, place: `${where.place}/end` })];
}

function entriesOf(node: Plain): (readonly [string, Plain, string])[] {
  if (Array.isArray(node)) {
    return node.map((child) => ['-', child, JSON.stringify(child).slice(0, BRACKETS_MAX)] as const);
  }
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).map(
    ([key, child]) => [`${JSON.stringify(key)}:`, child, key] as const,
  );
}

function entry(head: string, child: Plain, where: Where, pad: string): string[] {
  const { look, indent } = where;
  if (!isBlock(child, look)) {
    const after = remark({ ...where, indent: 0, place: `${where.place} after` }).join('');
    return [`${pad}${head} ${JSON.stringify(child)} ${after}`.trimEnd()];
  }
  const isFlat = Array.isArray(child) && head !== '-' && !look.indentsLists;
  const inner = block(child, { ...where, indent: indent + (isFlat ? 0 : look.step) });
  const [first = '', ...rest] = inner;
  const canJoin = head === '-' && !look.dashAlone && !/^\s*(#|$)/.test(first);
  return canJoin ? [`${pad}-${first.slice(indent + 1)}`, ...rest] : [`${pad}${head}`, ...inner];
}

function isBlock(child: Plain, look: Look): boolean {
  const isEmpty = typeof child !== 'object' || child === null || Object.keys(child).length === 0;
  return !isEmpty && !(look.brackets && JSON.stringify(child).length < BRACKETS_MAX);
}

function remark({ look, tag, indent, place }: Where): string[] {
  const sum = [...place].reduce((total, letter) => total * 31 + letter.charCodeAt(0), 7) % 9973;
  const kind = look.remarks[sum % look.remarks.length];
  if (kind === 0) return [`${' '.repeat(indent)}# ${tag} ${place}`];
  return kind === 1 ? [''] : [];
}
