/** How a renderer may draw. Renderers are pure: the same value and view give the same text. */
export type Paint = Readonly<{
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
  cyan(text: string): string;
}>;

const same = (text: string): string => text;

export const plainPaint: Paint = {
  bold: same,
  dim: same,
  red: same,
  yellow: same,
  green: same,
  cyan: same,
};

export type View = Readonly<{
  /** One of the formats that the command declares. */
  format: string;
  /** Columns a line may take. */
  width: number;
  /** Where bars and sparklines make sense; a pipe or a file gets rows only. */
  isTTY: boolean;
  paint: Paint;
}>;
