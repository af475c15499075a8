"""Label: a person gives verdicts blind, one criterion of one answer at a time, and sees how far others agree.

Nobody's verdict is shown before the end: not the author's, not the grader's, not what a learner claims. Everything of
`evals` is imported when it is needed. Not here: the labels' format (`evals.label`), the statistics (`evals.raters`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from tutor.errors import TutorError
from tutor.grading.evidence import locate
from tutor.settings import Settings
from tutor.ui.markup import block, quiet_markdown
from tutor.ui.resources import Desk

if TYPE_CHECKING:
    from evals.label import Item, Marks
    from evals.samples import Sample

GOLD, CONTESTED = "Our labelled answers", "Contested verdicts"
SIZES = (5, 10, 20, 50)
VERDICTS = {
    "met": ("1", "check_circle", "The answer says this, in any words."),
    "partial": ("2", "contrast", "It says a part of it, or says it vaguely."),
    "missing": ("3", "radio_button_unchecked", "It does not say it."),
    "contradicted": ("4", "cancel", "It says the opposite."),
}
WITHOUT = (
    "This tutor was installed without its `evals` folder, which this page needs. Run the tutor from a clone of the "
    "repository, or install the whole package with `pip install .` there."
)
_PROBLEM, _SKIPPED, _STOPPED = "label-problem", "label-skipped", "label-stopped"


def label_page(desk: Desk, settings: Settings) -> None:
    """Draw the page: who labels what, then the next criterion, and at the end the agreement."""
    st.title("Label")
    st.markdown(
        "Grade the grader: say for one criterion at a time what an answer does with it. You see nobody else's verdict "
        "until you are done; then you see how far you agree with the author and with the grader."
    )
    try:
        from evals.candidates import FILE, labels_dir
        from evals.loaders.text import slugs
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != "evals":
            raise
        st.info(WITHOUT, icon=":material/info:")
        return
    folder = labels_dir(settings.data_dir)
    rater, source, size = _choices(folder / FILE)
    if not rater:
        st.caption("Type a name to begin. Your verdicts are kept under it.")
        return
    path = folder / "second" / f"{slugs([rater])[rater]}.jsonl"
    samples = _samples(str(folder / FILE) if source == CONTESTED else "gold", size, settings.seed)
    if not samples:
        st.info("There are no labelled answers here; run the tutor from a clone of the repository to have them.")
        return
    if _next(samples, path, settings.seed):
        st.caption(
            f"Saved at once to `{path}`. To have them counted by `python -m evals validity`, copy the file into "
            "`evals/gold/second/` of the repository."
        )
        return
    _results(desk, settings, samples, path, folder / FILE if source == CONTESTED else None)


def _choices(contested: Path) -> tuple[str, str, int]:
    """Name, set and number of answers, as chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Your name", key="label-rater", max_chars=64)
        size = st.selectbox("Answers", SIZES, index=1, key="label-size", width=110)
        sets = [GOLD, CONTESTED] if contested.is_file() else [GOLD]
        source = st.selectbox("Which", sets, key="label-source", disabled=len(sets) == 1)
    return (name or "").strip(), source or GOLD, size or SIZES[1]


def _samples(source: str, size: int, seed: int) -> "tuple[Sample, ...]":
    from evals.loaders import load_dataset

    return _drawn((source, load_dataset(source).version), size, seed)


@st.cache_resource(max_entries=8, show_spinner="Opening the answers")
def _drawn(source_and_version: tuple[str, str], size: int, seed: int) -> "tuple[Sample, ...]":
    from evals.loaders import load_dataset

    return tuple(load_dataset(source_and_version[0]).samples((), size, seed))


def _next(samples: "tuple[Sample, ...]", path: Path, seed: int) -> bool:
    """Draw the next criterion to label; False when all are done, skipped, or the person stopped."""
    from evals.label import items, labelled

    every = list(items(samples, set(), seed))
    done = labelled(path)
    skipped: set[tuple[str, str]] = st.session_state.setdefault(_SKIPPED, set())
    left = [i for i in every if (i.sample.id, i.criterion) not in done | skipped]
    given = sum((i.sample.id, i.criterion) in done for i in every)
    said = f"{given} of {len(every)} labelled" + (f", {len(skipped)} skipped" if skipped else "")
    st.progress(given / len(every) if every else 1.0, text=said)
    if not left or st.session_state.get(_STOPPED):
        return False
    _item(left[0], path)
    st.button("Stop here and compare", key="label-stop", type="tertiary", on_click=_set, args=(_STOPPED, True))
    return True


def _item(item: "Item", path: Path) -> None:
    st.markdown(quiet_markdown(item.sample.exercises[0].prompt))
    st.html(block(item.sample.answer, "t-answer"))
    if problem := st.session_state.pop(_PROBLEM, None):
        st.warning(problem, icon=":material/warning:")
    key = f"label-quote-{item.sample.id}-{item.criterion}"
    with st.form("label-form", enter_to_submit=False):
        st.markdown(f"**Does the answer say this?** {quiet_markdown(item.text)}")
        st.text_input("The words of the answer that it rests on (optional, copied from it)", key=key)
        with st.container(horizontal=True):
            for verdict, (shortcut, icon, meaning) in VERDICTS.items():
                st.form_submit_button(
                    verdict,
                    key=f"label-{verdict}",
                    icon=f":material/{icon}:",
                    help=meaning,
                    shortcut=shortcut,
                    on_click=_give,
                    args=(path, item, verdict, key),
                )
            st.form_submit_button("skip", key="label-skip", type="tertiary", shortcut="S", on_click=_skip, args=(item,))


def _give(path: Path, item: "Item", verdict: str, key: str) -> None:
    """Save the verdict, unless the quote is not in the answer; what was typed then stays in the field."""
    from evals.label import save

    quote = (st.session_state.get(key) or "").strip()
    span = locate(quote, item.sample.answer) if quote else None
    if quote and span is None:
        st.session_state[_PROBLEM] = (
            "These words are not in the answer, so nothing was saved. Copy them from it, or empty the field."
        )
        return
    try:
        save(path, item, verdict, span.quote if span else None)
    except OSError as error:
        st.session_state[_PROBLEM] = f"This could not be saved to {path} ({error.strerror}). Mend that and press again."


def _skip(item: "Item") -> None:
    st.session_state[_SKIPPED].add((item.sample.id, item.criterion))


def _set(key: str, value: object) -> None:
    st.session_state[key] = value


def _again() -> None:
    st.session_state.update({_STOPPED: False, _SKIPPED: set()})


def _results(desk: Desk, settings: Settings, samples: "tuple[Sample, ...]", path: Path, contested: Path | None) -> None:
    """How far this person agrees with the others on what all of them labelled."""
    from evals.label import marks
    from evals.raters import authors

    ids = {sample.id for sample in samples}
    mine = {key: verdict for key, verdict in marks(path).items() if key[0] in ids}
    count = f"{len(mine)} verdict{'s' * (len(mine) != 1)} of yours"
    st.markdown(f"#### {'So far' if st.session_state.get(_STOPPED) else 'Done'}: {count}")
    st.caption(f"They are in `{path}`; `evals/gold/second/` is where the repository keeps such files.")
    st.button("Go on with what is left", key="label-again", type="tertiary", on_click=_again)
    if contested is not None:
        from evals.candidates import said

        _table("You and the grader", mine, said(contested, "grader"), settings.seed)
        _table("You and the learners who contested", mine, said(contested, "claimed"), settings.seed)
    else:
        _table("You and the author of the labels", mine, authors(samples), settings.seed)
        _with_grader(desk, settings, samples, mine)
    st.caption(
        "kappa: 1 is agreement, 0 is chance; each verdict is set against the other three. The interval is 95%, by "
        "resampling questions; with few of them it is wide or undefined."
    )


def _with_grader(desk: Desk, settings: Settings, samples: "tuple[Sample, ...]", mine: "Marks") -> None:
    """The grader judges the labelled answers when asked to: it takes a while, and a chat model costs money."""
    label = f"Compare with the grader ({settings.grader})"
    if not st.button(label, key="label-grade", icon=":material/balance:"):
        return
    found: Marks = {}
    mine_only = [s for s in samples if any(answer == s.id for answer, _ in mine)]
    try:
        with st.spinner(f"The grader reads {len(mine_only)} answers", show_time=True):
            for sample in mine_only:
                critique = desk.tutor.grade(sample.exercises[0], sample.answer)
                found |= {(sample.id, v.criterion): v.verdict.value for v in critique.verdicts if v.verdict}
    except TutorError as error:
        st.error(str(error), icon=":material/error:")
        return
    _table("You and the grader", mine, found, settings.seed)


def _table(title: str, mine: Mapping[tuple[str, str], str], theirs: "Marks", seed: int) -> None:
    from evals.raters import agreement, table

    rows = agreement(dict(mine), theirs, seed)
    st.markdown(f"**{title}**")
    if not rows:
        st.markdown("Nothing was labelled by both.")
        return
    st.markdown(table(rows))
