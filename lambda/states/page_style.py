"""The page's style sheet."""

STYLE = """
:root {
  color-scheme: light dark;
  --page: #f6f7f8; --panel: #fff; --ink: #15191e; --soft: #545d69; --line: #e1e4e8;
  --track: #edeff2; --fill: #3d63dd; --part: #8199e8; --strong: #2a4cbb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1215; --panel: #171b20; --ink: #e9ecef; --soft: #a3adb8; --line: #2a3037;
    --track: #252b32; --fill: #7f9cf5; --part: #5a70bd; --strong: #a9bdff;
  }
}
* { box-sizing: border-box; margin: 0; padding: 0; }
body {
  background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
  max-width: 72rem; margin: 0 auto; padding: clamp(1rem, 4vw, 3rem);
  font-variant-numeric: tabular-nums;
}
a { color: var(--strong); text-underline-offset: .2em; }
:focus-visible { outline: 2px solid var(--strong); outline-offset: 2px; border-radius: 4px; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
bdi { white-space: pre-wrap; overflow: clip; overflow-clip-margin: .15em; }
.unseen {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
}

header {
  display: flex; flex-wrap: wrap; gap: 1.25rem 2rem; align-items: end;
  justify-content: space-between;
}
.eyebrow { color: var(--soft); }
h1 { font-size: clamp(1.375rem, 1.2rem + 1.2vw, 2rem); line-height: 1.2; font-weight: 650;
  letter-spacing: -.02em; }
.weekday { color: var(--soft); font-weight: 400; }
nav, nav ul, nav form { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; }
nav { gap: .5rem 1rem; }
nav li > *, input, button {
  display: inline-block; min-height: 2.5rem; padding: .4rem .8rem; border-radius: 8px;
  border: 1px solid var(--line); background: var(--panel); color: var(--ink); font: inherit;
  font-size: .9375rem; text-decoration: none; white-space: nowrap;
}
nav a:hover, button:hover { border-color: var(--fill); color: var(--strong); }
nav .off { color: var(--soft); background: none; border-style: dashed; }
nav .here { border-color: var(--fill); font-weight: 600; }
button { cursor: pointer; }

.totals { display: flex; flex-wrap: wrap; gap: .5rem clamp(1.5rem, 5vw, 3.5rem);
  margin: clamp(1.5rem, 4vw, 2.75rem) 0 clamp(1.25rem, 3vw, 2rem); align-items: end; }
.totals div { display: flex; flex-direction: column-reverse; }
.totals dt { color: var(--soft); }
.totals dd { font-size: 1.75rem; line-height: 1.15; font-weight: 600; letter-spacing: -.02em;
  overflow-wrap: anywhere; }
.totals div:first-child dd { font-size: clamp(1.875rem, 10vw, 4rem); }

.panels { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit,
  minmax(min(100%, 26rem), 1fr)); align-items: start; margin-bottom: 1rem; }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: 12px;
  padding: clamp(1rem, 2.5vw, 1.5rem); min-width: 0; container-type: inline-size; }
h2 { font-size: 1.0625rem; font-weight: 600; line-height: 1.3; margin-bottom: .5rem; }
.note { color: var(--soft); font-size: .875rem; }

table { width: 100%; border-collapse: collapse; }
caption { text-align: left; }
th, td { padding: .375rem 0; text-align: left; vertical-align: baseline; font-weight: 400; }
th { overflow-wrap: anywhere; }
th + th, td { width: 1px; padding-left: 1.25rem; text-align: right; white-space: nowrap; }
th + th + th, td + td { min-width: 4.5rem; padding-left: .75rem; }
td + td { color: var(--soft); font-size: .875rem; }
thead { color: var(--soft); font-size: .875rem; }
.named { display: grid; gap: .25rem 1rem; }
svg { display: block; width: 100%; height: .5rem; background: var(--track); border-radius: 3px; }
rect { fill: var(--fill); }

.detail caption { padding-bottom: .5rem; }
.detail tbody, tfoot { border-top: 1px solid var(--line); }
.detail tbody tr:first-child > *, tfoot tr > * { padding-top: .75rem; }
.detail tbody tr:last-child > * { padding-bottom: .75rem; }
.type > *, tfoot > tr > * { font-weight: 600; }
.type > td + td { color: inherit; }
.detail tbody tr:not(.type) .named { padding-left: .75rem; }
.detail tbody tr:not(.type) rect { fill: var(--part); }
@container (min-width: 26rem) {
  .named { grid-template-columns: 1fr 1fr; }
  .detail .named { grid-template-columns: 2fr 3fr; }
  .detail tbody tr:not(.type) .named { padding-left: 0; }
  .detail tbody tr:not(.type) bdi { padding-left: 1rem; }
  .named svg { margin-top: .5rem; }
}

details { margin-top: .5rem; }
summary { cursor: pointer; color: var(--strong); padding: .375rem 0; width: fit-content; }
.empty { margin: clamp(2rem, 8vw, 5rem) 0; max-width: 36rem; }
.empty h2 { font-size: 1.375rem; }
.empty p { color: var(--soft); margin: .75rem 0; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 12px;
  padding: 1rem 1.25rem; white-space: pre-wrap; }
footer { color: var(--soft); font-size: .875rem; margin-top: 1.5rem; }

@media (max-width: 34rem) {
  nav, nav ul, nav form { width: 100%; }
  nav li { flex: 1; text-align: center; }
  nav li > * { width: 100%; padding-inline: .25rem; }
  input { flex: 1; min-width: 0; }
}
@media (forced-colors: active) { svg { border: 1px solid; } rect { fill: CanvasText; } }
@media print { nav { display: none; } body { background: none; max-width: none; } }
"""
