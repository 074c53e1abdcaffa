"""The page's template for Jinja2; a module, since a function's zip holds modules alone."""

TEMPLATE = """\
{% macro row(figure, scope) %}
<th scope="{{ scope }}"><div class="named"><bdi>{{ figure.name }}</bdi>\
<svg aria-hidden="true">\
{% if figure.count %}
<rect width="{{ "%.2f" | format([figure.percent, 0.6] | max) }}%" height="100%" rx="3"/>\
{% endif %}
</svg></div></th>\
<td>{{ figure.count | grouped }}</td><td>{{ figure.percent_text }}</td>
{%- endmacro -%}

{% macro head(what) %}
<thead><tr><th scope="col">{{ what }}</th><th scope="col">Count</th><th scope="col">Share</th></tr>\
</thead>
{%- endmacro -%}

{% macro body(figures, what) %}
{{ head(what) }}
<tbody>
{% for figure in figures %}
<tr>{{ row(figure, "row") }}</tr>
{% endfor %}
</tbody>
{%- endmacro -%}

{% macro whole_day() %}
<code>pipeline stats show {{ date }}</code> and, page by page, \
<code>GET /stats?date={{ date }}</code> have the whole day
{%- endmacro -%}

{% macro panel(id, title, figures, what, plural) %}
<section class="panel" aria-labelledby="{{ id }}">
<table>
<caption><h2 id="{{ id }}">{{ title }}</h2></caption>
{{ body(figures[:leading], what) }}
</table>
{% if figures | length > leading %}
<details>
<summary>{{ (figures | length - leading) | grouped }} more \
{{ what | lower if figures | length == leading + 1 else plural }}</summary>
<table>
<caption class="unseen">{{ title }}, continued</caption>
{{ body(figures[leading:max_rows], what) }}
</table>
{% if figures | length > max_rows %}
<p class="note">Only the {{ max_rows | grouped }} largest of {{ figures | length | grouped }} \
are listed; {{ whole_day() }}.</p>
{% endif %}
</details>
{% endif %}
</section>
{%- endmacro -%}

<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Device states on {{ day_text }}</title>
<style>{{ style | safe }}</style>
</head>
<body>
<header>
<div>
<p class="eyebrow">Device states</p>
<h1><span class="weekday">{{ weekday }}</span> \
<time datetime="{{ date }}">{{ day_text }}</time></h1>
</div>
<nav aria-label="Day">
<ul>
<li>
{%- if previous %}<a href="?date={{ previous }}" rel="prev"><span aria-hidden="true">←</span> \
Previous<span class="unseen"> day, {{ previous }}</span></a>
{%- else %}<span class="off"><span aria-hidden="true">←</span> Previous</span>{% endif -%}
</li>
<li>
{%- if date != today %}<a href="?date={{ today }}">Today</a>
{%- else %}<span class="here" aria-current="date">Today</span>{% endif -%}
</li>
<li>
{%- if following %}<a href="?date={{ following }}" rel="next">Next\
<span class="unseen"> day, {{ following }}</span> <span aria-hidden="true">→</span></a>
{%- else %}<span class="off">Next <span aria-hidden="true">→</span></span>{% endif -%}
</li>
</ul>
<form method="get">
<label class="unseen" for="date">Go to the day</label>
<input id="date" name="date" type="date" value="{{ date }}" required>
<button type="submit">Show</button>
</form>
</nav>
</header>
<main>
{% if figures.types %}
<dl class="totals">
<div><dt>{{ "device state" if figures.total == 1 else "device states" }}</dt>\
<dd>{{ figures.total | grouped }}</dd></div>
<div><dt>{{ "type" if figures.types | length == 1 else "types" }}</dt>\
<dd>{{ figures.types | length | grouped }}</dd></div>
<div><dt>{{ "state" if figures.states | length == 1 else "states" }}</dt>\
<dd>{{ figures.states | length | grouped }}</dd></div>
</dl>
<div class="panels">
{{ panel("types", "By type", figures.types, "Type", "types") }}
{{ panel("states", "By state", figures.states, "State", "states") }}
</div>
<section class="panel detail" aria-labelledby="detail">
<table>
<caption><h2 id="detail">Each type by state</h2>
<p class="note">The share of a type is of the day, the share of a state is of its type.</p>\
</caption>
{{ head("Type and state") }}
{% for one in detail %}
<tbody>
<tr class="type">{{ row(one.type, "rowgroup") }}</tr>
{% for state in one.states %}
<tr>{{ row(state, "row") }}</tr>
{% endfor %}
</tbody>
{% endfor %}
<tfoot>
<tr><th scope="row">Altogether</th><td>{{ figures.total | grouped }}</td><td></td></tr>
</tfoot>
</table>
{% if rows_left_out %}
<p class="note">{{ rows_left_out | grouped }} more \
{{ "row is" if rows_left_out == 1 else "rows are" }} not listed here; {{ whole_day() }}.</p>
{% endif %}
</section>
{% else %}
<section class="empty" aria-labelledby="empty">
{% if date > today %}
<h2 id="empty">This day has not begun</h2>
<p>Days are in UTC, where today is <a href="?date={{ today }}">{{ today }}</a>.</p>
{% else %}
<h2 id="empty">Nothing was counted on this day</h2>
<p>A device state counts on the UTC day of its timestamp, usually within seconds of being sent. \
Send some with <code>POST /ingest</code>, then reload this page:</p>
<pre><code>{"processed_devices": [
  {
    "type": "laptop",
    "state": "erased",
    "timestamp": "{{ date }}T12:00:00Z"
  }
]}</code></pre>
{% if date != today %}
<p>Or look at <a href="?date={{ today }}">today</a>.</p>
{% elif previous %}
<p>Or look at <a href="?date={{ previous }}">yesterday</a>.</p>
{% endif %}
{% endif %}
</section>
{% endif %}
</main>
<footer><p>Days are in UTC. The same as JSON: <code>GET /stats?date={{ date }}</code></p></footer>
</body>
</html>
"""
