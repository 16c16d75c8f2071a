"""One example of each chart that plotly draws, with withheld and missing entries among the rest."""

from decimal import Decimal as D

from edi_portal.charts import (
    Axis,
    BandShare,
    Break,
    Chart,
    Entry,
    Frame,
    FunnelEntry,
    FunnelLimits,
    GradientRow,
    Limits,
    PairRow,
    Range,
    Reference,
    SpineRow,
    StackRow,
    Tile,
    TrendPoint,
    band_ladder,
    caterpillar,
    dumbbell,
    funnel,
    gradient,
    spine,
    stacked_bar,
    tile_map,
    trend,
)
from edi_portal.periods import Quarter

RATIO = Axis("ratio", "Times as likely to be appointed")
SHARE = Axis("percent", "BME share", "Higher is better.")
POOLED = Reference("pooled", D("1.26"), "pooled 1.26")
MISSING = (
    Entry("Walton Centre", "too_few", word="similar", detail="fewer than 20 appointed"),
    Entry("Halton CCG", "not_returned"),
    Entry("knowsley CCG", "withheld"),
)
PRESENT = (
    Entry("Alder Hey", "no_difference", D("0.96296"), D("0.78256"), D("1.18495"), counts=("260 of 1,065",)),
    Entry("Royal Liverpool", "act", D("1.78995"), D("1.45322"), D("2.20472"), counts=("490 of 2,190",), own=True),
    Entry("Southport & Ormskirk", "watch", D("1.2541"), D("0.95999"), D("1.63832"), counts=("300 of 1,220",), provisional=True),
)


def frame(slug: str = "differ", **changes: object) -> Frame:
    words = {
        "slug": slug,
        "heading": "Which organisations differ?",
        "note": "Relative likelihood.",
        "sentence": "One trust lies above 1.25.",
        "period": "2019-20 Q2",
        "release": "14",
        "source": "WRES",
        "synthetic": True,
    }
    return Frame(**(words | changes))  # type: ignore[arg-type]


def example_caterpillar() -> Chart:
    accepted = Range(D("0.80"), D("1.25"))
    return caterpillar(
        frame(), RATIO, (*PRESENT, *MISSING), accepted=accepted, references=[POOLED], count_columns=("White appointed",)
    )


def example_funnel() -> Chart:
    limits = [FunnelLimits(size, D("0.8"), D("1.9"), D("0.6"), D("2.4")) for size in (100, 300, 500, 800)]
    entries = [FunnelEntry(entry, 100 * place + 123) for place, entry in enumerate(PRESENT)]
    return funnel(
        frame("chance"),
        RATIO,
        [*entries, *(FunnelEntry(entry, None) for entry in MISSING)],
        limits,
        pooled=POOLED,
        size_title="Shortlisted",
    )


def quarters(values: list[str], **last: str) -> list[TrendPoint]:
    start = Quarter(2016, 1)
    points = [TrendPoint(start.next(place), D(value) if value else None, absent="withheld") for place, value in enumerate(values)]
    if last:
        points[-1] = TrendPoint(points[-1].at, points[-1].value, **last)  # type: ignore[arg-type]
    return points


def example_trend() -> Chart:
    values = ["71", "73", "70", "74", "75", "", "73.04", "74", "76", "79", "81", "80", "83", "86"]
    return trend(
        frame("change"),
        SHARE,
        quarters(values, provisional="27 of 30 returned", special="better"),
        kind="independent",
        limits=[
            Limits("2016-17 Q1", "2017-18 Q4", D(73), D(68), D(78), current=False),
            Limits("2018-19 Q1", "2019-20 Q2", D(80), D(75), D(87)),
        ],
        breaks=[Break("2018-19 Q1", "New booking service", rebase=True)],
        target=Reference("target", D(90), "target 90%"),
    )


def example_dumbbell() -> Chart:
    rows = [
        PairRow("Aintree", D("61.23"), D("52.1"), D("-9.13")),
        PairRow("Walton Centre", absent="withheld"),
        PairRow("CWP", D(59), D(45), D(-14), own=True),
    ]
    return dumbbell(frame("gap"), SHARE, rows, first="White staff", second="BME staff")


def example_stack() -> Chart:
    rows = [
        StackRow("2017-18", (D("86.04"), D(8), D("5.96"))),
        StackRow("2018-19", absent="withheld"),
        StackRow("2019-20", (D(85), D(9), D(6)), base=900),
    ]
    return stacked_bar(frame("mix"), rows, parts=("White", "BME", "Not known"))


def example_ladder() -> Chart:
    bands = [BandShare("Band 6", D("11.24")), BandShare("Band 7", D("9.4")), BandShare("Band 8a", D("5.2")), BandShare("Band 8b")]
    return band_ladder(
        frame("ladder"),
        SHARE,
        bands,
        step_after="Band 7",
        step_text="step to 8a",
        community=Reference("median", D("10.4"), "all staff 10.4%"),
    )


def spine_rows() -> list[SpineRow]:
    ratios = tuple(D(text) for text in ("0.95", "1.05", "1.10", "1.30", "1.60"))
    shares = tuple(D(text) for text in ("60", "70", "75", "80", "95"))
    return [
        SpineRow("WRES-2", "Shortlisting", "ratio", "closer_to_1", "act", D("1.60"), ratios),
        SpineRow("PAT-2", "Interpreters", "percent", "higher", "better", D("95"), shares),
        SpineRow("DQ-2", "Unknown", "percent", "lower", "worse", D("95"), shares),
        SpineRow("WDES-3", "Capability", "ratio", "closer_to_1", "withheld"),
        SpineRow("BRD-1", "Board", "percent", "higher", "no_difference", D("75"), shares[:3]),
    ]


def example_spine() -> Chart:
    return spine(frame("spine"), spine_rows())


def example_tiles() -> Chart:
    tiles = [Tile(entry, "liverpool", "Liverpool") for entry in PRESENT] + [
        Tile(entry, "system", "Across C&M") for entry in MISSING
    ]
    return tile_map(frame("map"), tiles)


def example_gradient() -> Chart:
    rows = [
        GradientRow("Most deprived fifth", D("51.24"), D("50.11"), D("52.40"), base=7400, counts=("3,792 of 7,400", "4 of 4")),
        GradientRow("Second fifth", D("55.5"), D("51.2"), D("59.8"), base=520, counts=("289 of 520", "1 of 4")),
        GradientRow("Third fifth", absent="no ward has a figure"),
        GradientRow("Least deprived fifth", D("64.06"), D("62.9"), D("65.2"), base=6800, counts=("4,356 of 6,800", "5 of 5")),
    ]
    return gradient(
        frame("fifths"),
        SHARE,
        rows,
        group_column="Fifth",
        value_column="Share",
        count_columns=("Counted", "Wards"),
        whole=Reference("pooled", D("57.3"), "Halton 57.3%"),
    )


EXAMPLES = {
    "gradient": example_gradient,
    "caterpillar": example_caterpillar,
    "funnel": example_funnel,
    "trend": example_trend,
    "dumbbell": example_dumbbell,
    "stack": example_stack,
    "ladder": example_ladder,
    "spine": example_spine,
    "tiles": example_tiles,
}
