/**
 * Do two charges files hold the same rows, in whatever order? Identical rows are legal, so the
 * comparison is of multisets: count, sum and exclusive-or of one 64-bit hash per row.
 */
import { existsSync } from 'node:fs';
import type { Row, Session } from './session.ts';
import { chargesIn, identifier } from './sql.ts';

export async function holdSameRows(session: Session, a: string, b: string): Promise<boolean> {
  if (!existsSync(a) || !existsSync(b)) return false;
  const [left, right] = [await columnsOf(session, a), await columnsOf(session, b)];
  if (JSON.stringify(left) !== JSON.stringify(right)) return false;
  const names = left.map(({ name }) => identifier(String(name)));
  return (await fingerprint(session, a, names)) === (await fingerprint(session, b, names));
}

async function columnsOf(session: Session, path: string): Promise<readonly Row[]> {
  return session.rows(
    `SELECT column_name AS name, column_type AS type FROM (DESCRIBE FROM ${chargesIn(path)})`,
  );
}

async function fingerprint(
  session: Session,
  path: string,
  columns: readonly string[],
): Promise<string> {
  const [row] = await session.rows(`
    SELECT concat_ws(' ', count(*), sum(h::HUGEINT), bit_xor(h)) AS print
    FROM (SELECT hash(${columns.join(', ')}) AS h FROM ${chargesIn(path)})`);
  return String(row?.print);
}
