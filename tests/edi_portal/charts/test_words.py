"""Every sentence in every branch, and the words that no sentence may use."""

import itertools
from decimal import Decimal as D

import pytest

from edi_portal.charts import VERDICTS, words
from edi_portal.charts.words import Sentence, Side
from edi_portal.charts.words.absences import ABSENCES
from edi_portal.charts.words.sentence import inside, short_pair, start
from kpis.indicators import figures

WHITE = Side("White applicants", 300, 1200)
BME = Side("BME applicants", 60, 400)


def likelihood(verdict: str, ratio: str, **changes: object) -> Sentence:
    given = {
        "reference": WHITE,
        "comparison": BME,
        "verb": "to be appointed once shortlisted",
        "ratio": D(ratio),
        "verdict": verdict,
        "low": D("1.286"),
        "high": D("2.149"),
    }
    return words.sentence_for_likelihood(**(given | changes))  # type: ignore[arg-type]


class TestLikelihood:
    def test_act(self) -> None:
        sentence = likelihood("act", "1.6667")
        assert sentence.text == (
            "White applicants are 1.67 times as likely to be appointed as BME applicants once shortlisted. "
            "That puts BME applicants at a disadvantage, and it is more than chance."
        )
        assert sentence.strong == "1.67 times as likely"
        assert sentence.base == "(300 of 1,200 White and 60 of 400 BME; 95% interval 1.29 to 2.15. Good is close to 1.)"

    @pytest.mark.parametrize(
        ("ratio", "adverse", "loser"),
        [
            ("1.67", False, "BME applicants"),
            ("0.60", False, "White applicants"),
            ("1.67", True, "White applicants"),
            ("0.60", True, "BME applicants"),
        ],
    )
    def test_who_is_at_a_disadvantage(self, ratio: str, adverse: bool, loser: str) -> None:
        assert f"That puts {loser} at a disadvantage" in likelihood("act", ratio, adverse=adverse).text

    def test_watch_in_the_past(self) -> None:
        sentence = likelihood(
            "watch", "1.65", reference=Side("BME staff"), comparison=Side("White staff"), verb="to enter a disciplinary process",
            low=D("0.78"), high=D("3.45"), past=True,
        )  # fmt: skip
        assert sentence.text == (
            "BME staff were 1.65 times as likely to enter a disciplinary process as White staff. "
            "This may be chance: the interval, 0.78 to 3.45, includes 1."
        )
        assert sentence.base == "(95% interval 0.78 to 3.45. Good is close to 1.)"

    def test_watch_without_an_interval(self) -> None:
        sentence = likelihood("watch", "1.65", low=None, high=None, reference=Side("BME staff"))
        assert sentence.text.endswith("This may be chance.")
        assert sentence.base == "(Good is close to 1.)"

    def test_no_flag_inside_and_outside_the_range(self) -> None:
        assert likelihood("no_difference", "1.09").text.endswith("That is inside the accepted range of 0.80 to 1.25.")
        assert likelihood("no_difference", "1.40").text.endswith("No difference is shown.")

    @pytest.mark.parametrize("verdict", ["better", "worse"])
    def test_against_a_comparator(self, verdict: str) -> None:
        assert likelihood(verdict, "1.09").text.endswith(f"That is {verdict} than the comparator by more than chance.")

    def test_the_whole_system(self) -> None:
        text = likelihood("act", "1.26", across="Across C&M", reference=Side("Non-disabled applicants")).text
        assert text.startswith("Across C&M, non-disabled applicants are 1.26 times as likely to be appointed as BME applicants")

    def test_a_verdict_that_is_none(self) -> None:
        with pytest.raises(ValueError, match="no sentence"):
            likelihood("withheld", "1.2")

    def test_no_cases(self) -> None:
        sentence = words.sentence_for_no_cases(group="BME staff", other="White", expected=D("2.2"))
        assert sentence.text == (
            "0.00 (no cases among BME staff). This is no proof of fairness: at the White rate, about 2 cases would be expected."
        )
        assert "about 1 case would" in words.sentence_for_no_cases(group="BME staff", other="White", expected=1.2).text
        assert "fewer than 1 case would" in words.sentence_for_no_cases(group="BME staff", other="White", expected=0.3).text

    @pytest.mark.parametrize(
        ("word", "text"),
        [
            ("similar", "White applicants are about as likely to be appointed as BME applicants once shortlisted."),
            ("higher", "White applicants are more likely to be appointed than BME applicants once shortlisted."),
            ("lower", "White applicants are less likely to be appointed than BME applicants once shortlisted."),
        ],
    )
    def test_only_a_direction(self, word: str, text: str) -> None:
        sentence = words.sentence_for_direction(
            word=word, reference=WHITE.label, comparison=BME.label, verb="to be appointed once shortlisted"
        )
        assert sentence.text == f"{text} The counts are too small to show a number."

    def test_a_direction_that_is_none(self) -> None:
        with pytest.raises(ValueError, match="similar, higher or lower"):
            words.sentence_for_direction(word="same", reference="A", comparison="B", verb="to win")


class TestNoFigure:
    @pytest.mark.parametrize(
        ("reason", "more", "text"),
        [
            ("no_reference_cases", {"group": "White"}, "Not calculable: there were no White cases."),
            ("no_comparison_cases", {"group": "BME"}, "Not calculable: there were no BME cases."),
            ("no_reference_cases", {}, "Not calculable: there were no cases."),
            ("no_staff_in_group", {"group": "Disabled staff"}, "Not calculable: nobody was counted among disabled staff."),
            ("no_base", {}, "Not calculable: nobody was counted."),
            ("not_calculable", {}, "Not calculable from the counts given."),
            ("withheld", {}, "Withheld to protect people."),
            ("too_few", {}, "Too few to tell."),
            (
                "not_applicable",
                {"detail": "the CCG has no staff of its own."},
                "Not applicable: the CCG has no staff of its own.",
            ),
            ("not_available", {}, "Not available yet."),
            ("not_available", {"expected_on": "1 March 2020"}, "Not available yet, expected on 1 March 2020."),
            ("not_returned", {}, "Not returned."),
            ("not_returned", {"period": "October to December 2019"}, "Not returned for October to December 2019."),
            ("not_collected", {}, "Not collected in this period."),
            ("incomplete_year", {}, "Not available yet: fewer than four quarters are in."),
        ],
    )
    def test_each_reason(self, reason: str, more: dict[str, str], text: str) -> None:
        assert words.sentence_for_no_figure(reason, **more).text == text

    def test_every_reason_of_an_indicator_has_a_sentence(self) -> None:
        assert {*figures.REASONS, *figures.ABSENCES} <= ABSENCES

    def test_an_unknown_reason(self) -> None:
        with pytest.raises(ValueError, match="no reason"):
            words.sentence_for_no_figure("lost")

    def test_too_few(self) -> None:
        assert words.sentence_for_too_few().text == "Too few to tell."
        assert words.sentence_for_too_few(events=4).text == "Too few to tell. Only 4 cases."
        assert words.sentence_for_too_few(events=1).text == "Too few to tell. Only 1 case."
        assert words.sentence_for_too_few(events=2, base=60).text == "2 of 60: too few to tell."
        assert (
            words.sentence_for_too_few(events=2, base=60, other_events=1, other_base=50).text
            == "2 of 60 against 1 of 50: too few to tell."
        )


class TestShares:
    def gap(self, gap: str, low: str | None = None, high: str | None = None) -> Sentence:
        ends = {"low": D(low) if low else None, "high": D(high) if high else None}
        return words.sentence_for_gap(
            reference="White staff", comparison="BME staff", belief="believe chances are equal",
            reference_percent=D(59), comparison_percent=D(45), gap=D(gap), **ends,
        )  # fmt: skip

    def test_gap(self) -> None:
        sentence = self.gap("-14", "-20", "-7.9")
        assert sentence.text == (
            "45.0% of BME staff and 59.0% of White staff believe chances are equal, "
            "a gap of 14.0 percentage points (20.0 to 7.9)."
        )
        assert sentence.strong == "14.0 percentage points"

    def test_gap_whose_interval_crosses_zero(self) -> None:
        assert self.gap("-2", "-6", "2").text.endswith("a gap of 2.0 percentage points (6.0 to \u22122.0).")

    def test_gap_the_other_way_and_without_interval(self) -> None:
        assert self.gap("3", "1", "5").text.endswith("a gap of 3.0 percentage points (5.0 to 1.0).")
        assert self.gap("3").text.endswith("a gap of 3.0 percentage points.")

    def test_no_gap(self) -> None:
        assert self.gap("0.04").text.endswith("believe chances are equal: no gap.")

    @pytest.mark.parametrize(
        ("gap", "parity", "end"),
        [
            ("-6.5", 11, "against 14.8% of all staff: 6.5 percentage points fewer. For parity: 11 more people."),
            ("-1", 1, "against 14.8% of all staff: 1.0 percentage point fewer. For parity: 1 more person."),
            ("2.04", None, "against 14.8% of all staff: 2.0 percentage points more."),
            ("2.04", 0, "against 14.8% of all staff: 2.0 percentage points more."),
            ("0", None, "against 14.8% of all staff: no gap."),
        ],
    )
    def test_share(self, gap: str, parity: int | None, end: str) -> None:
        sentence = words.sentence_for_share(
            group="BME",
            part="band 8a staff",
            whole="all staff",
            part_percent=D("8.2"),
            whole_percent=D("14.8"),
            gap=D(gap),
            parity=parity,
        )
        assert sentence.text == f"8.2% of band 8a staff are BME, {end}"

    def test_one_share(self) -> None:
        sentence = words.sentence_for_simple_share(
            statement="of interpreter requests were met", percent=D(91), events=546, base=600, good="Higher is better."
        )
        assert (sentence.text, sentence.base) == ("91.0% of interpreter requests were met.", "(546 of 600. Higher is better.)")
        assert words.sentence_for_simple_share(statement="of posts are filled", percent=D(91)).base == ""

    @pytest.mark.parametrize(
        ("gap", "text"),
        [
            ("-1.8", "Women's mean hourly pay is 1.8% above men's: £1.02 for every £1."),
            ("12.3", "Women's mean hourly pay is 12.3% below men's: £0.88 for every £1."),
            ("0.01", "Women's mean hourly pay is level with men's: £1.00 for every £1."),
        ],
    )
    def test_pay_gap(self, gap: str, text: str) -> None:
        assert words.sentence_for_pay_gap(gap=D(gap)).text == text
        assert words.sentence_for_pay_gap(gap=float(gap)).text == text


class TestReadings:
    @pytest.mark.parametrize(
        ("verdict", "text"),
        [
            ("better", "Better than the median of acute trusts (24%), by more than chance."),
            ("worse", "Worse than the median of acute trusts (24%), by more than chance."),
            ("no_difference", "No difference shown from the median of acute trusts (24%)."),
            ("act", "To act on: outside the median of acute trusts (24%), by more than chance."),
            ("watch", "To watch: outside the median of acute trusts (24%), but this may be chance."),
            ("too_few", "Too few to tell."),
            ("withheld", "Withheld to protect people."),
        ],
    )
    def test_comparator(self, verdict: str, text: str) -> None:
        assert words.sentence_for_comparator(verdict, comparator="the median of acute trusts", comparator_text="24%").text == text

    def test_every_verdict_has_a_sentence(self) -> None:
        assert all(words.sentence_for_comparator(code, comparator="the target").text for code in VERDICTS)
        with pytest.raises(ValueError, match="not a reading"):
            words.sentence_for_comparator("green", comparator="the target")

    def test_rank(self) -> None:
        assert words.sentence_for_rank(first=4, last=11, of=18, kind="trusts").text == "Between 4th and 11th of 18 trusts."
        assert words.sentence_for_rank(first=2, last=2, of=18).text == "2nd of 18 organisations."
        assert words.sentence_for_rank(first=None, last=None, of=18).text == "Too few to rank."

    def test_pooled_and_median(self) -> None:
        both = words.sentence_for_system(pooled_text="1.26", median_text="1.25", returned=29, due=30)
        assert both.text == "Across C&M 1.26 (all counts added up); the median organisation has 1.25. 29 of 30 returned."
        assert (
            words.sentence_for_system(pooled_text="1.26", returned=29, due=30).text
            == "Across C&M 1.26 (all counts added up). 29 of 30 returned."
        )
        assert (
            words.sentence_for_system(median_text="24%", returned=29, due=30).text
            == "The median organisation has 24%. 29 of 30 returned."
        )
        assert words.sentence_for_system(returned=0, due=30).text == "No figure for C&M. 0 of 30 returned."

    def test_false_alarms(self) -> None:
        assert (
            words.sentence_for_false_alarms(readings=640, expected=D("3.2")).text
            == "With 640 readings, about 3 would be flagged by chance alone."
        )
        assert (
            words.sentence_for_false_alarms(readings=1, expected=0.1).text
            == "With 1 reading, fewer than 1 would be flagged by chance alone."
        )


class TestTime:
    @pytest.mark.parametrize(
        ("verdict", "more", "text"),
        [
            ("no_difference", {"points": 14}, "It is not changing: all 14 quarters lie inside the usual range."),
            ("no_difference", {"points": 8}, "No real change over 8 quarters. 8 points so far; limits need 12."),
            (
                "no_difference",
                {"points": 14, "all_inside": False},
                "The newest figure lies inside the usual range; earlier ones did not.",
            ),
            ("better", {"points": 8}, "Getting better, by more than chance. 8 points so far; limits need 12."),
            ("changed", {"points": 14}, "Changed, by more than chance. That is neither good nor bad in itself."),
            (
                "better",
                {"points": 14, "since": "Q1 2018-19", "run": 7, "side": "below"},
                "Getting better since Q1 2018-19: 7 quarters below the earlier average.",
            ),
            (
                "worse",
                {"points": 14, "since": "Q1 2018-19", "run": 7, "side": "above"},
                "Getting worse since Q1 2018-19: 7 quarters above the earlier average.",
            ),
            ("better", {"points": 14}, "Getting better, by more than chance."),
            ("too_few", {"points": 7}, "7 points so far; limits need 12."),
            ("too_few", {"points": 1}, "1 point so far; limits need 12."),
            ("withheld", {"points": 0}, "Withheld to protect people."),
        ],
    )
    def test_independent_quarters(self, verdict: str, more: dict[str, object], text: str) -> None:
        assert words.sentence_for_time(verdict, **more).text == text  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("verdict", "text"),
        [
            ("better", "Getting better, by more than chance: 1.60 in 2018, 1.26 in 2019."),
            ("worse", "Getting worse, by more than chance: 1.60 in 2018, 1.26 in 2019."),
            ("no_difference", "No real change: 1.60 in 2018, 1.26 in 2019."),
            ("too_few", "Too few to tell."),
        ],
    )
    def test_two_windows(self, verdict: str, text: str) -> None:
        assert (
            words.sentence_for_two_windows(verdict, before_text="1.60", before="2018", after_text="1.26", after="2019").text
            == text
        )

    @pytest.mark.parametrize(
        ("verdict", "text"),
        [
            ("no_difference", "No change yet since the action of May 2019."),
            ("better", "Getting better since the action of May 2019, by more than chance."),
            ("worse", "Getting worse since the action of May 2019, by more than chance."),
            ("too_few", "Too few points since the action of May 2019 to tell."),
            ("not_returned", "Not returned."),
        ],
    )
    def test_an_action(self, verdict: str, text: str) -> None:
        assert words.sentence_for_action(verdict, since="May 2019").text == text

    def test_a_verdict_that_is_none(self) -> None:
        with pytest.raises(ValueError, match="not a verdict"):
            words.sentence_for_time("act", points=14)
        with pytest.raises(ValueError, match="not a verdict"):
            words.sentence_for_two_windows("act", before_text="", before="", after_text="", after="")
        with pytest.raises(ValueError, match="not a verdict"):
            words.sentence_for_action("act", since="May 2019")


class TestSentence:
    def test_parts_join_to_the_text(self) -> None:
        sentence = likelihood("act", "1.67")
        assert "".join(sentence.parts()) == sentence.text
        assert sentence.parts()[1] == "1.67 times as likely"
        assert Sentence("Plain.").parts() == ("Plain.", "", "")
        assert str(Sentence("Plain.", base="(2 of 3.)")) == "Plain. (2 of 3.)"

    def test_strong_words_must_be_in_the_text(self) -> None:
        with pytest.raises(ValueError, match="not in the sentence"):
            Sentence("Plain.", "fancy")

    @pytest.mark.parametrize(
        ("label", "within"),
        [
            ("Disabled staff", "disabled staff"),
            ("BME staff", "BME staff"),
            ("White staff", "White staff"),
            ("LGBT+ staff", "LGBT+ staff"),
            ("Women", "women"),
        ],
    )
    def test_labels(self, label: str, within: str) -> None:
        assert inside(label) == within
        assert start(within) == label

    def test_labels_lose_the_words_they_share_at_the_end(self) -> None:
        assert short_pair("White applicants", "BME applicants") == ("White", "BME")
        assert short_pair("Women", "Men") == ("Women", "Men")
        assert short_pair("staff", "disabled staff") == ("staff", "disabled staff")


FORBIDDEN = ("significan", "improved", "worsened", "fails", "increase of", "outlier", "suppressed", "average of")


def test_no_sentence_uses_a_forbidden_word() -> None:
    spoken = [
        likelihood(verdict, ratio)
        for verdict, ratio in itertools.product(("act", "watch", "no_difference", "better", "worse"), ("0.5", "1.1", "2"))
    ]
    spoken += [words.sentence_for_no_figure(reason, group="BME staff") for reason in ABSENCES]
    spoken += [words.sentence_for_comparator(code, comparator="the target") for code in VERDICTS]
    spoken += [
        words.sentence_for_time(verdict, points=14, since="Q1", run=7, side="above")
        for verdict in ("better", "worse", "no_difference", "too_few")
    ]
    assert [sentence.text for sentence in spoken if any(word in sentence.text.lower() for word in FORBIDDEN)] == []


def test_sentences_have_at_most_20_words() -> None:
    spoken = [likelihood("act", "1.67"), words.sentence_for_time("better", points=14, since="Q1 2018-19", run=7, side="below")]
    spoken.append(words.sentence_for_system(pooled_text="1.26", median_text="1.25", returned=29, due=30))
    spoken.append(words.sentence_for_no_cases(group="BME staff", other="White", expected=2))
    assert [part for sentence in spoken for part in sentence.text.split(". ") if len(part.split()) > 20] == []
