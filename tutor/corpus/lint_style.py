"""Checks of how a company's interviewers follow up: every round has a probe, and every probe can come up."""

from collections.abc import Iterator

from tutor.corpus.load import Corpus
from tutor.corpus.problems import Problem
from tutor.corpus.source import Source
from tutor.interviews import Company, Style


def check_style(company: Company, source: Source, corpus: Corpus) -> Iterator[Problem]:
    """Problems of the company's style; a company may have none, and then its rounds ask no follow-up."""
    style = company.style
    if style is None:
        return
    rounds, kinds = {r.id for r in company.rounds}, {k for r in company.rounds for k in r.kinds}
    for i, probe in enumerate(style.probes):
        line = source.line("style", "probes", i)
        for name in [r for r in probe.rounds if r not in rounds]:
            what = f"probe `{probe.id}`: there is no round `{name}`"
            yield Problem(source.path, line, what, f"name one of {', '.join(sorted(rounds))}")
        if not probe.text.rstrip().endswith(("?", ".", "!")):
            yield Problem(source.path, line, f"probe `{probe.id}` does not end a sentence", "end it with `?` or `.`")
    asked = kinds | ({style.every_round.kind} if style.every_round else set())
    for kind in sorted(asked):
        if style.follow_ups and not any(not p.kinds or kind in p.kinds for p in style.probes):
            what = f"the style has no probe after a {kind} question, which its rounds ask"
            yield Problem(source.path, source.line("style", "probes"), what, f"add one with `kinds: [{kind}]`")
    yield from _check_every_round(style, source, corpus)


def _check_every_round(style: Style, source: Source, corpus: Corpus) -> Iterator[Problem]:
    extra = style.every_round
    if extra is not None and not any(q.kind is extra.kind for q in corpus.questions.values()):
        what = f"every round asks a {extra.kind} question, but the bank has none"
        yield Problem(source.path, source.line("style", "every_round"), what, "write one, or remove `every_round:`")
