/** An element of a statement, whole. */
export type MarkupNode = Readonly<{
  /** Without its namespace prefix. */
  name: string;
  /** Where it begins, in bytes. */
  at: number;
  text: string;
  attributes: ReadonlyMap<string, string>;
  children: readonly MarkupNode[];
}>;

/** Down the first child of each name. */
export function childOf(
  node: MarkupNode | undefined,
  ...path: readonly string[]
): MarkupNode | undefined {
  let found = node;
  for (const name of path) found = found?.children.find((child) => child.name === name);
  return found;
}

export function childText(node: MarkupNode, ...path: readonly string[]): string | undefined {
  const text = childOf(node, ...path)?.text;
  return text === undefined || text === '' ? undefined : text;
}

export function childrenOf(node: MarkupNode | undefined, name: string): readonly MarkupNode[] {
  return node?.children.filter((child) => child.name === name) ?? [];
}
