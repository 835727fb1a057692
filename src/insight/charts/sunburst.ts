import type { Chart } from "../figure.ts";
import { escapeHtml, titledSvg } from "./svg-document.ts";

type Sunburst = Extract<Chart, { kind: "sunburst" }>;

const SIZE = 440;
const [HOLE, MIDDLE, RIM] = [58, 134, 212] as const;
const FULL = 2 * Math.PI;
/** Arcs shorter than this have no room for a name. */
const MIN_NAMED_LENGTH = 15;

/** Two rings: families inside, their largest genres outside. Plot has no arcs, so these are drawn here. */
export function drawSunburst({ title, families }: Sunburst, width: number): string {
  const total = families.reduce((sum, { value }) => sum + value, 0);
  let angle = 0;
  const parts = families.map(({ name, value, parts: genres }, at) => {
    const start = angle;
    angle += (value / total) * FULL;
    const ink = `var(--wheel-${(at % 6) + 1})`;
    let outer = start;
    const rim = genres.map((genre, index) => {
      const from = outer;
      outer += (genre.value / total) * FULL;
      return slice(MIDDLE + 1, RIM, from, outer, ink, 0.75 - index * 0.09, genre.name);
    });
    return slice(HOLE, MIDDLE, start, angle, ink, 1, name) + rim.join("");
  });
  const size = Math.min(width, SIZE);
  const half = SIZE / 2;
  return titledSvg(
    title,
    `<svg class="plot" width="${size}" height="${size}" viewBox="${-half} ${-half} ${SIZE} ${SIZE}" font-size="11">${parts.join("")}</svg>`,
  );
}

function slice(
  inner: number,
  outer: number,
  from: number,
  to: number,
  ink: string,
  opacity: number,
  name: string,
): string {
  // A whole circle has no arc: its two ends would be one point.
  const end = Math.min(to, from + FULL - 0.0001);
  const large = end - from > Math.PI ? 1 : 0;
  const path = `M${point(outer, from)}A${outer} ${outer} 0 ${large} 1 ${point(outer, end)}L${point(inner, end)}A${inner} ${inner} 0 ${large} 0 ${point(inner, from)}Z`;
  const shape = `<path d="${path}" fill="${ink}" fill-opacity="${opacity.toFixed(2)}" stroke="var(--paper)" stroke-width="1"><title>${escapeHtml(name)}</title></path>`;
  const middle = (from + to) / 2;
  const radius = (inner + outer) / 2;
  if ((to - from) * radius < MIN_NAMED_LENGTH) return shape;
  const characters = Math.floor((outer - inner - 6) / 5.6);
  const shown = name.length > characters ? `${[...name].slice(0, characters - 1).join("")}…` : name;
  const degrees = (middle / FULL) * 360 - 90;
  const upright = degrees > 90 ? degrees - 180 : degrees;
  const text = `<text transform="translate(${point(radius, middle)}) rotate(${upright.toFixed(1)})" text-anchor="middle" dy="0.35em" fill="${opacity === 1 ? "var(--wheel-ink)" : "var(--ink)"}">${escapeHtml(shown)}</text>`;
  return shape + text;
}

/** Angles run clockwise from twelve o'clock. */
function point(radius: number, angle: number): string {
  return `${(radius * Math.sin(angle)).toFixed(2)},${(-radius * Math.cos(angle)).toFixed(2)}`;
}
