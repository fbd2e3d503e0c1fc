/** Answers of strangers, read only as far as they may go. */

/** @throws what `tooMuch` makes where there is more; what was read is dropped. */
export async function readBounded(
  { body }: Pick<Response, 'body'>,
  bytesMax: number,
  tooMuch: () => Error,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    length += part.byteLength;
    if (length > bytesMax) throw tooMuch();
    parts.push(part);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}

/** The same as UTF-8 text. */
export async function readBoundedText(...asked: Parameters<typeof readBounded>): Promise<string> {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await readBounded(...asked));
}
