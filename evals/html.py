"""The report as one HTML file: no script, no network, everything from outside escaped."""

from collections.abc import Mapping, Sequence
from html import escape

from evals.plots import draw
from evals.results import Figure, Item, Result, Table, interval_text, shown

STYLE = """
:root { color-scheme: light dark; --ink: #1d2433; --paper: #fff; --soft: #5d6880; --rule: #d9dee8; --good: #23744a;
  --bad: #b3402a; --mark: #2b5fb8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9f0; --paper: #14171e; --soft: #9aa5bd; --rule: #333b4b;
  --good: #58b585; --bad: #e0826c; --mark: #86aef0; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 62rem;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { margin-top: 2.5rem; border-top: 2px solid var(--rule); padding-top: 1rem; }
h3 { font-size: 1rem; margin-bottom: .3rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .5rem 0
1rem; } th, td { text-align: left; padding: .2rem .7rem; border-bottom: 1px solid var(--rule); vertical-align: top;
} td.number, th.number { text-align: right; } .soft { color: var(--soft); } dt { color: var(--soft); } dl { display:
grid; grid-template-columns: 8rem 1fr; gap: .1rem 1rem; } dd { margin: 0; overflow-wrap: anywhere; } figure {
display: inline-block; margin: 0 1.5rem 1.2rem 0; vertical-align: top; max-width: 100%; } figcaption { color:
var(--soft); } svg { max-width: 100%; height: auto; } details { margin: .4rem 0; } blockquote { margin: .3rem 0
.8rem; padding: .2rem .8rem; border-left: 3px solid var(--rule); white-space: pre-wrap; overflow-wrap: anywhere; }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink); } svg .inverse { fill: var(--paper); } svg .grid {
stroke: var(--rule); } svg .ideal { stroke: var(--soft); stroke-dasharray: 4 4; } svg .interval { stroke:
var(--mark); stroke-width: 1.5; } svg .curve { fill: none; stroke: var(--mark); stroke-width: 2; } svg .point {
fill: var(--mark); fill-opacity: .65; } svg .right { fill: var(--good); } svg .wrong { fill: var(--bad); }
"""


def page(title: str, header: Mapping[str, str], results: Sequence[Result], non_claims: Sequence[str]) -> str:
    """The whole report."""
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in header.items())
    links = " · ".join(f'<a href="#{escape(r.suite)}">{escape(r.suite)}</a>' for r in results)
    claims = "".join(f"<li>{escape(claim)}</li>" for claim in non_claims)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
        f"<body><h1>{escape(title)}</h1><dl>{facts}</dl><nav>{links}</nav>{''.join(_section(r) for r in results)}"
        f"<h2>What this does not claim</h2><ul>{claims}</ul></body></html>\n"
    )


def _section(result: Result) -> str:
    plots = "".join(
        f"<figure>{draw(plot)}<figcaption>{escape(plot.title)}</figcaption></figure>" for plot in result.plots
    )
    worst = "".join(_item(item) for item in result.worst)
    notes = "".join(f'<p class="soft">{escape(note)}</p>' for note in result.notes)
    return (
        f'<h2 id="{escape(result.suite)}">{escape(result.suite)}</h2><p>{escape(result.claims)}</p>'
        f"{_figures(result.figures)}{plots}{''.join(_table(t) for t in result.tables)}"
        f"{f'<h3>Worst items to read</h3>{worst}' if worst else ''}{notes}"
    )


def _figures(figures: Sequence[Figure]) -> str:
    if not figures:
        return ""
    rows = "".join(
        f'<tr><td>{escape(f.name)}</td><td class="number">{shown(f.value)}</td>'
        f'<td>{interval_text(f.low, f.high)}</td><td class="number">{"" if f.n is None else f.n}</td>'
        f'<td class="soft">{escape(f.note)}</td></tr>'
        for f in figures
    )
    head = (
        '<tr><th>figure</th><th class="number">value</th><th>95% interval</th><th class="number">n</th><th></th></tr>'
    )
    return f'<div class="wide"><table>{head}{rows}</table></div>'


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in table.columns)
    body = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in table.rows)
    note = f'<p class="soft">{escape(table.note)}</p>' if table.note else ""
    inner = f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>{note}'
    if len(table.rows) > 20:
        return f"<details><summary>{escape(table.title)} ({len(table.rows)} rows)</summary>{inner}</details>"
    return f"<h3>{escape(table.title)}</h3>{inner}"


def _cell(value: str | float | int | None) -> str:
    kind = "" if isinstance(value, str) else ' class="number"'
    return f"<td{kind}>{escape(shown(value))}</td>"


def _item(item: Item) -> str:
    return (
        f"<details><summary><b>{escape(item.title)}</b>: {escape(item.said)} "
        f'<span class="soft">expected {escape(item.expected)}</span></summary>'
        f"<blockquote>{escape(item.answer) or '(empty)'}</blockquote></details>"
    )
