"""Checks between the files: references, rubrics, company loops, and what the syllabus asks for but nobody wrote yet."""

import re
from collections.abc import Iterable, Iterator

from tutor.corpus.lint_style import check_style
from tutor.corpus.load import Corpus
from tutor.corpus.problems import Problem
from tutor.corpus.source import Source
from tutor.domain import Kind, PageKind, Question, Stage
from tutor.interviews import Company, Dimension, Round

STAR = frozenset({Stage.SITUATION, Stage.TASK, Stage.ACTION, Stage.RESULT, Stage.REFLECTION})
_STAGES = {Kind.DESIGN: frozenset(Stage) - STAR, Kind.BEHAVIORAL: STAR}
_MOST_TWISTS = 3
_SENTENCE_END = re.compile(r"[.?!][\"')`*_]*$|```$")


def check_bank(corpus: Corpus) -> list[Problem]:
    """Problems of topics, pages, questions and companies."""
    problems = [*_check_page_topics(corpus)]
    for question in corpus.questions.values():
        source = corpus.sources[f"question:{question.id}"]
        problems += _check_place(question, source, corpus)
        problems += _check_question(question, source)
        problems += _check_criteria(question, source)
        problems += _check_twists(question, source)
        problems += _check_citations(question, source, corpus)
    for company in corpus.companies.values():
        problems += _check_company(company, corpus)
    return problems + list(_check_coverage(corpus))


def _check_page_topics(corpus: Corpus) -> Iterator[Problem]:
    for page in corpus.pages.values():
        path = page.passages[0].path
        if page.topic is None:
            continue
        if page.topic not in corpus.topics:
            yield Problem(
                path, 1, f"the topic {page.topic} is not in the syllabus", _did_you_mean(page.topic, corpus.topics)
            )
        elif path.split("/")[-2] != page.topic.split("/")[0]:
            folder = f"notes/{page.topic.split('/')[0]}/"
            yield Problem(path, 1, f"a note on {page.topic} belongs in {folder}", f"move it to {folder}")


def _check_place(question: Question, source: Source, corpus: Corpus) -> Iterator[Problem]:
    topic = corpus.topics.get(question.topic)
    line = source.line("topic")
    if topic is None:
        remedy = _did_you_mean(question.topic, corpus.topics)
        yield Problem(source.path, line, f"the topic {question.topic} is not in the syllabus", remedy)
        return
    place = f"questions/{question.topic}.yaml"
    if not source.path.endswith(place):
        yield Problem(source.path, line, f"a question on {question.topic} belongs in {place}", f"move it to {place}")
    if question.level not in topic.can:
        what = f"the syllabus does not ask for level {question.level} of {question.topic}"
        remedy = "add the level to `can` in the syllabus, or change the level"
        yield Problem(source.path, source.line("level"), what, remedy, "warning")


def _check_question(question: Question, source: Source) -> Iterator[Problem]:
    if not _SENTENCE_END.search(question.prompt):
        yield Problem(
            source.path, source.line("prompt"), "the prompt does not end a sentence", "end it with `.`, `?` or `!`"
        )
    if not question.model_answer:
        yield Problem(source.path, source.line(), "the question has no model answer", "add `model_answer:`")
    if len(question.hints) != 3:
        what = f"the question has {len(question.hints)} hints"
        yield Problem(source.path, source.line("hints"), what, "write three: a nudge, the concept, a worked step")
    count = len(question.rubric.criteria)
    if not 3 <= count <= 7:
        line = source.line("rubric", "criteria")
        yield Problem(source.path, line, f"the rubric has {count} criteria", "write 3 to 7")
    wrong = len(question.rubric.misconceptions)
    if wrong > 3:
        line = source.line("rubric", "misconceptions")
        yield Problem(source.path, line, f"the rubric has {wrong} misconceptions", "keep the three seen most often")
    if wrong == 0 and question.kind is not Kind.BEHAVIORAL:
        what, remedy = "the rubric has no misconception", "add a false claim that real answers make"
        yield Problem(source.path, source.line("rubric"), what, remedy, "warning")


def _check_criteria(question: Question, source: Source) -> Iterator[Problem]:
    allowed = _STAGES.get(question.kind)
    if not any(c.essential for c in question.rubric.criteria):
        what, remedy = "no criterion is essential", "mark the one without which the answer is not one"
        yield Problem(source.path, source.line("rubric", "criteria"), what, remedy, "warning")
    for i, criterion in enumerate(question.rubric.criteria):
        line = source.line("rubric", "criteria", i)
        name = f"criterion `{criterion.id}`"
        if criterion.essential and not criterion.follow_up:
            yield Problem(source.path, line, f"{name} is essential but has no follow-up", "add `follow_up:`")
        if not criterion.passages:
            yield Problem(source.path, line, f"{name} cites no passage", "add `passages: [page#section]`")
        if criterion.text.rstrip().endswith("?"):
            yield Problem(source.path, line, f"{name} is a question", "write a statement that an answer can make")
        if allowed and criterion.stage not in allowed:
            names = ", ".join(sorted(allowed))
            yield Problem(
                source.path,
                line,
                f"{name} has no stage of a {question.kind} question",
                f"set `stage:` to one of {names}",
            )
        if not allowed and criterion.stage:
            what = f"{name} has a stage, but the question is a {question.kind}"
            yield Problem(source.path, line, what, "remove `stage:`")


def _check_twists(question: Question, source: Source) -> Iterator[Problem]:
    stages = [c.stage for c in question.rubric.criteria]
    seen: set[Stage] = set()
    for stage, text in question.asks.items():
        line = source.line("asks", stage)
        if question.kind is not Kind.DESIGN or stage not in stages:
            what = f"the stage {stage} is never asked: no criterion of a design case is of it"
            yield Problem(source.path, line, what, "remove it from `asks:`")
        if not text.endswith(("?", ".")):
            yield Problem(source.path, line, f"the words for {stage} end no sentence", "end them with `?` or `.`")
    if len(question.twists) > _MOST_TWISTS:
        what = f"the case has {len(question.twists)} twists"
        yield Problem(source.path, source.line("twists"), what, f"keep {_MOST_TWISTS} at most", "warning")
    for i, twist in enumerate(question.twists):
        line = source.line("twists", i)
        if question.kind is not Kind.DESIGN:
            what = f"a {question.kind} question has a twist, which only design cases have"
            yield Problem(source.path, line, what, "remove `twists:`")
        elif twist.after not in stages:
            names = ", ".join(s for s in Stage if s in stages)
            what = f"no criterion is of the stage {twist.after}, so this twist would never be said"
            yield Problem(source.path, line, what, f"set `after:` to one of {names}")
        if twist.after in seen:
            yield Problem(source.path, line, f"two twists come after {twist.after}", "keep one, or move the other")
        if not _SENTENCE_END.search(twist.text):
            yield Problem(source.path, line, "the twist does not end a sentence", "end it with `.`, `?` or `!`")
        seen.add(twist.after)


def _check_citations(question: Question, source: Source, corpus: Corpus) -> Iterator[Problem]:
    rubric = question.rubric
    cited = [(("rubric", "criteria", i), c.passages) for i, c in enumerate(rubric.criteria)]
    cited += [(("rubric", "misconceptions", i), m.passages) for i, m in enumerate(rubric.misconceptions)]
    for loc, ids in cited:
        for j, key in enumerate(ids):
            if key not in corpus.passages:
                line = source.line(*loc, "passages", j)
                yield Problem(source.path, line, f"there is no passage {key}", _did_you_mean(key, corpus.passages))


def _check_company(company: Company, corpus: Corpus) -> Iterator[Problem]:
    source = corpus.sources[f"company:{company.id}"]
    for i, round_ in enumerate(company.rounds):
        line = source.line("rounds", i)
        unknown = [a for a in round_.areas if a not in corpus.areas] + [
            t for t in round_.topics if t not in corpus.topics
        ]
        for name in unknown:
            remedy = _did_you_mean(name, [*corpus.areas, *corpus.topics])
            yield Problem(source.path, line, f"round `{round_.id}`: {name} is not in the syllabus", remedy)
        admitted = [q for q in corpus.questions.values() if round_.admits(q)]
        if len(admitted) < round_.questions:
            what = f"round `{round_.id}` asks {round_.questions} questions, but the bank has {len(admitted)} for it"
            yield Problem(source.path, line, what, "write more, or widen its kinds, levels, areas or topics")
        elif gap := _uncovered(round_, admitted):
            yield Problem(source.path, line, gap, "write such a criterion, or change the dimension's kinds or stages")
    yield from check_style(company, source, corpus)


def _uncovered(round_: Round, admitted: Iterable[Question]) -> str | None:
    def covered(dimension: Dimension) -> bool:
        return any(dimension.covers(q, c) for q in admitted for c in q.rubric.criteria)

    missing = [d.id for d in round_.dimensions if not covered(d)]
    names = ", ".join(missing)
    return f"round `{round_.id}`: no criterion of a question it admits counts for {names}" if missing else None


def _check_coverage(corpus: Corpus) -> Iterator[Problem]:
    """What the syllabus asks for and the corpus does not have, as warnings."""
    noted = {p.topic for p in corpus.pages.values() if p.kind is PageKind.NOTE}
    asked = {(q.topic, q.level) for q in corpus.questions.values()}
    for area in corpus.areas.values():
        source = corpus.sources[f"area:{area.id}"]
        for i, topic in enumerate(area.topics):
            line = source.line("topics", i)
            if topic.id not in noted:
                yield Problem(source.path, line, f"no note on {topic.id}", f"write notes/{topic.id}.md", "warning")
            levels = [str(level) for level in sorted(topic.can) if (topic.id, level) not in asked]
            if levels:
                what = f"no question on {topic.id} at level {', '.join(levels)}"
                yield Problem(source.path, line, what, f"add to questions/{topic.id}.yaml", "warning")


def _did_you_mean(key: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key, list(known), n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else "correct the id, or write what it names"
