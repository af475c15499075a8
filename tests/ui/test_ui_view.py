from tests.ui import ui_samples as samples
from tutor.interviews import Role, Seniority
from tutor.session.state import fold
from tutor.ui.critique_card import answer_html, marks_of, tally, word_of
from tutor.ui.mock_setup import command, fact_line, fitting
from tutor.ui.view import can_retry, find_attempt, hidden, look_at, moment, since_round, tail


def test_a_reply_belongs_to_the_question_that_was_open() -> None:
    log = samples.practice_log()
    assert moment(fold(log)) != moment(fold(log[:3]))
    assert moment(fold(log[:3])) == moment(fold(log[:4]))


def test_a_mock_critique_is_hidden_until_the_debrief() -> None:
    assert hidden(fold(samples.mock_log(debriefed=False)), "m1")
    assert not hidden(fold(samples.mock_log(debriefed=True)), "m1")
    assert not hidden(fold(samples.practice_log()), "a1")


def test_retry_needs_a_critique_and_no_running_round() -> None:
    assert can_retry(fold(samples.practice_log()))
    assert not can_retry(fold(samples.practice_log()[:4]))
    assert not can_retry(fold(samples.mock_log(debriefed=False)))


def test_the_page_looks_at_the_critique_just_given() -> None:
    log = samples.practice_log()
    assert look_at(log) == "critique-a1"
    assert look_at(log[:4]) is None
    assert look_at(samples.mock_log(debriefed=False)) is None
    assert str(look_at(samples.mock_log(debriefed=True))).startswith("debrief-")


def test_the_mock_page_shows_the_latest_round_only() -> None:
    log = samples.mock_log(debriefed=True)
    assert since_round(log)[0].type == "round_started"
    assert since_round(samples.practice_log()) == ()


def test_long_sessions_show_their_last_turns() -> None:
    log = samples.practice_log()
    assert tail(log, 5) == (tuple(log), 0)
    shown, left_out = tail(log, 1)
    assert (shown[0], left_out) == (log[-1], len(log) - 1)


def test_every_verdict_has_its_word_and_the_tally_counts_them() -> None:
    judged = samples.critique()
    words = [word_of(v) for v in judged.verdicts]
    assert words == ["met", "partial", "contradicted", "missing", "unsure", "ungraded"]
    assert tally(judged) == "1 met, 1 partial, 1 missing, 1 contradicted, 1 unsure, 1 ungraded"


def test_the_answer_is_inert_and_its_evidence_highlighted() -> None:
    attempt = find_attempt(fold(samples.practice_log()), "a1")
    assert attempt is not None
    shown = answer_html(attempt, judged=True)
    assert "<script" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;" in shown
    assert '<mark class="t-contradicted"' in shown
    assert "<sup>!</sup>" in shown
    assert "<mark" not in answer_html(attempt, judged=False)
    assert {m.sign for m in marks_of(attempt)} == {"1", "2", "3", "5", "!"}


def test_a_choice_comes_to_a_command_that_can_be_typed() -> None:
    chosen = command(samples.COMPANY, samples.ROUND, Role.MLE, Seniority.SENIOR)
    assert chosen == "/mock meta ml-design mle senior"
    assert fitting(samples.COMPANY, Role.PLATFORM, Seniority.STAFF) == [samples.ROUND]


def test_every_fact_shows_who_says_so_where_and_when() -> None:
    line = fact_line(samples.ROUND.provenance)
    assert "reported" in line
    assert "A post, 2026" in line
