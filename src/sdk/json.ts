/** JSON as every command prints it: keys in the order given, two spaces, one final newline. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
