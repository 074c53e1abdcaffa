"""What was measured, put into words and tables: the same on a terminal and in the docs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.cold_start import BOTO3, FUNCTIONS, ColdStarts
from bench.day_query import DayQuery
from bench.end_to_end import EndToEnd
from bench.evaluation import Units
from bench.growth import FOLDS, Growth
from bench.throughput import Measured

from lib.cost import Bill

_WAYS = ("plain", "ours", "limit")
_DOLLARS = {
    "plain": "plain",
    "ours": "ours",
    "plain, quiet": "plain, quiet",
    "ours, quiet": "ours, quiet",
    "ours, evaluated": "evaluation",
}


@dataclass(frozen=True)
class Section:
    """A heading, what there is to say, and a table."""

    title: str
    text: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __str__(self) -> str:
        return f"## {self.title}\n\n{self.text}\n\n{_table(self.head, self.rows)}\n"


def throughput(measured: Sequence[Measured]) -> Iterator[Section]:
    """The processor's time, money, and what both come of."""
    yield Section(
        "The processor's time of a reading",
        "Ingest and process, in µs a reading. *plain* is a put and a message for each reading with "
        "boto3's resource; *limit* decodes, packs and signs with the standard library and checks "
        "nothing.",
        ("readings of devices", *(f"{way}, µs" for way in _WAYS), "plain / ours", "ours / limit"),
        [
            (
                one.case.name,
                *(f"{one.median(way):,.0f}" for way in _WAYS),
                f"{one.ratio('plain', 'ours'):.2f}",
                f"{one.ratio('ours', 'limit'):.1f}",
            )
            for one in measured
        ],
    )
    yield Section(
        "Dollars for a million readings",
        "From the call of the API to the processed table, the message to evaluation included; "
        "process gets ten messages at once, or one where it is *quiet*. *evaluation* comes on top, "
        "where no rule watches. Storage and what is there without readings are not in it.",
        ("readings of devices", *_DOLLARS.values()),
        [(one.case.name, *(f"{one.dollars[name]:.3f}" for name in _DOLLARS)) for one in measured],
    )
    yield Section(
        "What ours is billed for a million readings, by service",
        "In dollars, where messages are waiting.",
        ("readings of devices", *_services(measured[0])),
        [
            (
                one.case.name,
                *(f"{_services(one).get(name, 0):.3f}" for name in _services(measured[0])),
            )
            for one in measured
        ],
    )
    yield Section(
        "Calls of AWS for a thousand readings",
        "Those of ours, where messages are waiting.",
        ("readings of devices, function", "calls"),
        [
            (f"{one.case.name}, {name}", _calls(one, name))
            for one in measured
            for name in one.passages["ours"].stages
        ],
    )


def cold_start(measured: ColdStarts) -> Section:
    """First invocations."""

    def row(name: str) -> Sequence[str]:
        sizes = [
            f"{by_name[name] / 1_000:,.0f}" if name in by_name else ""
            for by_name in (measured.zipped_bytes, measured.unzipped_bytes)
        ]
        if name not in measured.cpu_seconds:
            return (name, "", "", "", *sizes)
        return (
            name,
            f"{1_000 * measured.cpu_seconds[name]:,.0f}",
            f"{measured.ratios[name]:.2f}" if name in measured.ratios else "1",
            f"{measured.peak_bytes[name] / 1_000_000:,.0f}",
            *sizes,
        )

    return Section(
        "Cold start",
        "The processor's time of import and first call, from the unpacked zip and layer, beside "
        "`boto3` with one client of DynamoDB from a layer as the index has it.",
        ("", "ms", "of boto3's", "memory, MB", "zipped, KB", "unzipped, KB"),
        [row(name) for name in (BOTO3, *FUNCTIONS, "layer")],
    )


def day_query(measured: Iterable[DayQuery]) -> Section:
    """Querying a day."""
    return Section(
        "A day of 8,640 readings, queried to its end",
        "Read units, beside those of one item a reading of which none is read in vain.",
        (
            "readings a request",
            "readings a page",
            "pages",
            "read units",
            "one item a reading",
            "times fewer",
        ),
        [
            (
                f"{one.a_request:,}",
                f"{one.limit:,}",
                str(one.pages),
                f"{one.units:,.1f}",
                f"{one.flat_units:,.1f}",
                f"{one.ratio:.1f}",
            )
            for one in measured
        ],
    )


def evaluation(measured: Mapping[str, Units]) -> Section:
    """What evaluation asks for."""
    return Section(
        "Evaluation",
        "DynamoDB's units and requests for a reading; alerts are written apart.",
        ("", "read", "written", "of alerts", "requests"),
        [
            (name, *(f"{n:.3f}" for n in (one.read, one.written, one.of_alerts, one.requests)))
            for name, one in measured.items()
        ],
    )


def growth(measured: Iterable[Growth]) -> Section:
    """What grows."""
    return Section(
        "Growth",
        "What a reading costs as a multiple of what it costs where there is least.",
        ("", *(f"{fold}-fold" for fold in FOLDS)),
        [(one.what, *(f"{ratio:.2f}" for ratio in one.ratios)) for one in measured],
    )


def sweep(measured: Mapping[str, Mapping[str, float]]) -> Section:
    """Devices that fall silent."""
    return Section(
        "The sweep",
        "Devices that fell silent, on an AWS that answers after 8 ms.",
        ("", "ms a device", "ms of the processor", "requests a device"),
        [(name, *(f"{number:.1f}" for number in one.values())) for name, one in measured.items()],
    )


def end_to_end(measured: EndToEnd) -> Section:
    """What callers see."""
    return Section(
        "End to end, on the local engine",
        "Functions, engine and callers share one machine.",
        ("", "p50", "p99"),
        [
            *(
                (name, *(f"{1_000 * took[cut]:,.0f} ms" for cut in ("p50", "p99")))
                for name, took in (
                    ("from accepted to queryable", measured.queryable),
                    ("from accepted to alert", measured.alert),
                )
            ),
            (
                "readings a second, until the last is queryable",
                f"{measured.readings_a_second:,.0f}",
                "",
            ),
            ("a day of 8,640 readings queried", f"{1_000 * measured.day_seconds:,.0f} ms", ""),
        ],
    )


def _services(one: Measured) -> Mapping[str, float]:
    return Bill(one.passages["ours"].per_million("ingest", "process")).by_service()


def _calls(one: Measured, function: str) -> str:
    passage = one.passages["ours"]
    return ", ".join(
        f"{1_000 * number / passage.readings:,.1f} {call}"
        for call, number in sorted(passage.stages[function].calls.items())
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown whose columns are aligned, the first to the left."""
    widths = [max(3, *map(len, column)) for column in zip(head, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        padded = [cells[0].ljust(widths[0])]
        padded += [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(head), line(rule), *map(line, rows)])
