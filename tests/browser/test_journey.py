"""A person's way through the real page in a real browser, with the real index, store and grader."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.server import ROOT, Server
from tutor.corpus.load import load_corpus
from tutor.domain import Kind, Question
from tutor.interviews import Role, Seniority
from tutor.session.events import Answered, Asked, Mode, RoundStarted, SessionStarted
from tutor.store.log import EventStore

pytestmark = pytest.mark.slow
QUESTION, CARD, DEBRIEF = '[class*="st-key-question-"]', '[class*="st-key-critique-"]', '[class*="st-key-debrief-"]'
CREDIT = {"met": 1.0, "partial": 0.5, "missing": 0.0, "contradicted": -0.5}


def box(page: Page):  # type: ignore[no-untyped-def]
    return page.get_by_test_id("stChatInputTextArea")


def say(page: Page, text: str, key: str = "Enter") -> None:
    expect(box(page)).to_be_enabled()
    box(page).fill(text)
    page.keyboard.press(key)


def score(page: Page) -> int:
    found = re.match(r"(\d+) of 100", page.locator(f"{CARD} .t-number").last.inner_text())
    assert found
    return int(found[1])


def asked(page: Page) -> Question:
    """The question on the page, found in the bank by its first words."""
    shown = re.sub(r"\W+", "", page.locator(QUESTION).last.inner_text())
    bank = load_corpus(ROOT / "knowledge").questions.values()
    return next(q for q in bank if re.sub(r"\W+", "", q.prompt)[:40] == shown[:40])


def good_answer(question: Question) -> str:
    """The labelled answer to the question that its author marked best."""
    gold = yaml.safe_load((ROOT / "evals/gold/answers" / f"{question.id}.yaml").read_text("utf-8"))
    return str(max(gold["answers"], key=lambda a: sum(CREDIT[v[0]] for v in a["verdicts"].values()))["text"])


def ask_for(page: Page, wanted: str) -> Question:
    """Skip until the wanted question is on the page: the topic has a handful, and the order is drawn anew each time."""
    for _ in range(12):
        shown = asked(page)
        if shown.id == wanted:
            return shown
        questions = page.locator(QUESTION).count()
        say(page, "/skip")
        expect(page.locator(QUESTION)).to_have_count(questions + 1)
    pytest.fail(f"{wanted} was not asked within a dozen questions on its topic")


def session_of(page: Page) -> str:
    found = re.search(r"session=([A-Za-z0-9_.@-]+)", page.url)
    assert found
    return found[1]


def store(server: Server) -> EventStore:
    return EventStore(f"sqlite:///{server.data / 'tutor.db'}")


def wait_for_draft(page: Page, server: Server, session: str, text: str) -> None:
    kept = store(server)
    for _ in range(200):
        if kept.draft(session)[0] == text:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"the draft was not kept; the store has {kept.draft(session)}")


BAD = "<img src=x onerror=\"document.title='owned'\"> **bananas** are yellow and curved, which settles it."


def answer_well(page: Page) -> Question:
    """Choose a topic in words and answer as the author would; the question."""
    say(page, "quiz me on attention")
    expect(page.locator(QUESTION)).to_have_count(2)
    question = ask_for(page, "attention-scaling")
    say(page, good_answer(question), "Control+Enter")
    expect(page.locator(CARD)).to_have_count(1)
    return question


def answer_badly(page: Page, after: Question) -> None:
    """Answer a follow-up with nonsense and markup, pass on, and answer the next question so."""
    say(page, BAD)
    expect(page.locator(CARD)).to_have_count(2)
    say(page, "/skip")
    expect(page.locator(QUESTION).last).not_to_contain_text(after.prompt[:30])
    say(page, BAD)
    expect(page.locator(CARD)).to_have_count(3)


def open_a_passage(page: Page) -> None:
    """Look into the first passage of the critique."""
    passage = page.locator(f'{CARD} [data-testid="stExpander"]').first
    passage.locator("summary").click()
    expect(passage.get_by_text("Open in the Library")).to_be_visible()


def type_and_reload(page: Page, server: Server) -> str:
    """Type an answer in a round and reload before it is sent; what was typed."""
    text = good_answer(asked(page))
    box(page).fill(text)
    wait_for_draft(page, server, session_of(page), text)
    page.reload()
    expect(page.get_by_role("timer")).to_be_visible()
    return text


def end_the_round(page: Page) -> None:
    """Send what is in the box, follow-ups and all, end the round and see its debrief."""
    question = page.locator(QUESTION).last.inner_text()
    box(page).focus()
    page.keyboard.press("Enter")
    expect(page.locator(QUESTION).last).not_to_have_text(question)
    say(page, "/end")
    expect(page.locator(DEBRIEF)).to_have_count(1)  # while the page is drawn anew, its old copy may still stand there
    expect(page.locator(DEBRIEF)).to_be_visible()


def test_the_journey(context: BrowserContext, server: Server) -> None:
    page = context.new_page()
    elsewhere: list[str] = []
    context.on("request", lambda r: None if "//localhost" in r.url or "data:" in r.url else elsewhere.append(r.url))

    # Open the page: a greeting and a question, nothing asked of me first.
    page.goto(server.url)
    expect(page.locator(QUESTION)).to_have_count(1)
    assert "key" not in page.locator('[data-testid="stMain"]').inner_text().lower()

    # A good answer: my words are quoted, a passage opens in place.
    question = answer_well(page)
    expect(page.locator(f"{CARD} .t-quote").first).to_be_visible()
    expect(page.locator(".t-answer mark").first).to_be_visible()
    good = score(page)
    open_a_passage(page)

    # A bad one, with markup: no credit, and the text stays text.
    answer_badly(page, question)
    expect(page.get_by_text("<img src=x").first).to_be_visible()
    assert page.title() != "owned"
    assert score(page) < good

    # Ask in the chat for a Meta-style round; reload in the middle of it and be where I was.
    say(page, "let's do a Meta-style ML design round for senior")
    expect(page.get_by_role("timer")).to_be_visible()
    url, before = page.url, page.locator(QUESTION).last.inner_text()
    text = type_and_reload(page, server)
    assert page.url == url
    expect(page.locator(QUESTION).last).to_have_text(before)
    expect(box(page)).to_have_value(text)

    # The debrief: no feedback came before it, and a reload keeps it.
    expect(page.locator(CARD)).to_have_count(3)
    end_the_round(page)
    expect(page.locator(CARD).last).to_be_attached()
    expect(page.locator(DEBRIEF)).to_contain_text("Dimensions")
    page.locator(DEBRIEF).get_by_text("Answer 1").click()
    expect(page.locator(f"{DEBRIEF} .t-number").first).to_be_visible()
    page.reload()
    expect(page.locator(DEBRIEF)).to_be_visible()
    assert elsewhere == []


def test_time_up_hands_in_what_was_typed(context: BrowserContext, server: Server) -> None:
    corpus = load_corpus(ROOT / "knowledge")
    question = next(q for q in corpus.questions.values() if q.kind is Kind.DESIGN)
    now = datetime.now(UTC)
    begun = now - timedelta(minutes=45) + timedelta(seconds=25)
    started = RoundStarted(
        at=begun,
        company="meta",
        round="ml-design",
        title="ML system design (Meta-style)",
        role=Role.MLE,
        seniority=Seniority.SENIOR,
        minutes=45,
        questions=(question.id,),
        opening="One product case.",
    )
    opened = Asked(at=begun, mode=Mode.MOCK, question=question.id, prompt=question.prompt, why="Question 1 of 1.")
    kept = store(server)
    kept.create("nearly-over", "me", [SessionStarted(at=begun, learner="me", seed=1), started, opened])

    page = context.new_page()
    page.goto(f"{server.url}/?learner=me&session=nearly-over")
    expect(page.locator(".t-clock.amber, .t-clock.red")).to_be_visible()
    text = "I would start from the business goal and turn it into a metric"
    box(page).fill(text)
    wait_for_draft(page, server, "nearly-over", text)
    expect(page.locator(DEBRIEF)).to_be_visible(timeout=60_000)
    answers = [e.text for e in kept.events("nearly-over") if isinstance(e, Answered)]
    assert answers == [text]
    expect(box(page)).to_have_value("")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1600])
def test_nothing_sticks_out(context: BrowserContext, server: Server, width: int, scheme: str, tmp_path: Path) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for path, shown in (("", QUESTION), ("mock", ".st-key-start-round, .t-clock"), ("library", "h1")):
        page.goto(f"{server.url}/{path}?learner=looker")
        expect(page.locator(shown).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        sticking = "e => [...e.querySelectorAll('*')].some(x => x.getBoundingClientRect().right > innerWidth + 1)"
        assert page.locator('[data-testid="stMainBlockContainer"]').evaluate(sticking) is False
