import { styleText } from "node:util";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan" | "magenta";

/** Paints a text, or leaves it as it is where there is no colour. */
export type Painter = (style: Style, text: string) => string;

export const plainPainter: Painter = (_style, text) => text;

export const colourPainter: Painter = (style, text) =>
  text === "" ? "" : styleText(style, text, { validateStream: false });

export interface ColourChoice {
  readonly isTerminal: boolean;
  /** False after `--no-color`. */
  readonly wanted: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Colour only on a terminal, and not with `--no-color`, `NO_COLOR` (no-color.org) or a terminal that has none. */
export function choosePainter({ isTerminal, wanted, environment }: ColourChoice): Painter {
  const refused = (environment.NO_COLOR ?? "") !== "" || environment.TERM === "dumb";
  return isTerminal && wanted && !refused ? colourPainter : plainPainter;
}
