/** The look of the page: one column of text, charts in their own width, light and dark, and on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fdfcf9; --ink: #1d1b19; --soft: #69645d; --line: #e2ddd3; --panel: #f5f2ea;
  --series-1: #1f6f8b; --series-2: #c2542d; --series-3: #7a5195;
  --wheel-1: #2b7a99; --wheel-2: #c8623a; --wheel-3: #86599f; --wheel-4: #56803f; --wheel-5: #b8863b; --wheel-6: #7d756c;
  --wheel-ink: #fdfcf9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #171614; --ink: #ece8e1; --soft: #a49d92; --line: #37342f; --panel: #211f1c;
    --series-1: #5fb3cf; --series-2: #ee8f65; --series-3: #bb98d6;
    --wheel-1: #3c8dad; --wheel-2: #cf6f48; --wheel-3: #9a6db5; --wheel-4: #6a9650; --wheel-5: #bd8d45; --wheel-6: #8a8177;
    --wheel-ink: #ffffff;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.55 Georgia, "Iowan Old Style", "Noto Serif", "DejaVu Serif", serif; }
header, main, footer { max-width: 46rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 3.2rem; }
h1 { font-size: 2.1rem; line-height: 1.15; margin: 0 0 .6rem; letter-spacing: -.01em; }
h2 { font-size: 1.5rem; margin: 3.6rem 0 .4rem; padding-bottom: .3rem; border-bottom: 2px solid var(--ink); }
h3 { font-size: 1.15rem; margin: 2.6rem 0 .2rem; }
h4 { font: 600 .78rem/1.3 var(--sans); color: var(--soft); margin: 1.2rem 0 .3rem; }
:root { --sans: "Helvetica Neue", Helvetica, "Noto Sans", "DejaVu Sans", Arial, sans-serif; --mono: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
p { margin: .3rem 0 .8rem; }
.lead { color: var(--soft); }
.lead code { overflow-wrap: anywhere; }
code, pre { font-family: var(--mono); font-size: .8rem; }
a { color: var(--series-1); }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--series-2); outline-offset: 2px; }
nav { font: .86rem/1.5 var(--sans); columns: 15rem 3; column-gap: 1.5rem; margin: 1.6rem 0 0; padding: 1rem 0; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
nav > div { break-inside: avoid; margin-bottom: .7rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { color: inherit; text-decoration: none; }
nav a:hover { text-decoration: underline; }
nav b { display: block; }
nav .empty { color: var(--soft); }
section.figure { scroll-margin-top: 1rem; }
section.figure.empty h3 { color: var(--soft); }
section.figure.empty p { color: var(--soft); margin-bottom: 0; }
figure { margin: .2rem 0 .6rem; }
svg.plot { display: block; max-width: 100%; height: auto; font-family: var(--sans); overflow: visible; color: var(--ink); background: none; }
svg.plot text { white-space: pre; }
.narrow { display: none; }
@media (max-width: 640px) { .wide { display: none; } .narrow { display: block; } h1 { font-size: 1.7rem; } header { padding-top: 1.6rem; } body { font-size: 16px; } }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: .4rem 1.4rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.2rem, 1fr)); gap: 1px; margin: 1rem 0; padding: 1px; }
.tiles div { box-shadow: 0 0 0 1px var(--line); padding: .7rem .8rem; }
.tiles dt { font: .78rem/1.3 var(--sans); color: var(--soft); }
.tiles dd { margin: 0; font-size: 1.5rem; line-height: 1.25; font-variant-numeric: lining-nums; }
.key { font: .8rem/1.4 var(--sans); margin: .2rem 0; }
.key span { display: inline-block; width: .8rem; height: .8rem; margin: 0 .35rem -.08rem .9rem; }
.key span:first-child { margin-left: 0; }
details { font-family: var(--sans); font-size: .82rem; border-top: 1px solid var(--line); }
details:last-of-type { border-bottom: 1px solid var(--line); }
summary { cursor: pointer; padding: .35rem 0; color: var(--soft); }
.scroll { overflow: auto; max-height: 26rem; margin-bottom: .8rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums lining-nums; }
th, td { padding: .2rem .9rem .2rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { position: sticky; top: 0; background: var(--paper); font-weight: 600; }
.number { text-align: right; white-space: nowrap; }
pre { background: var(--panel); padding: .8rem; margin: 0 0 .8rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.45; }
footer { margin-top: 4rem; padding-top: 1rem; padding-bottom: 3rem; color: var(--soft); font: .82rem/1.5 var(--sans); border-top: 1px solid var(--line); }
footer code { overflow-wrap: anywhere; }
@media print {
  :root { --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --series-1: #1f6f8b; --series-2: #c2542d; --series-3: #7a5195; --wheel-ink: #fff; }
  body { font-size: 10.5pt; }
  nav a { color: inherit; }
  h2, h3 { break-after: avoid; }
  figure, .tiles { break-inside: avoid; }
  details { display: none; }
}
`;
