"""Checks on the text of passages and questions: length, formulas, code."""

import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from tutor.corpus.index import embedded_text
from tutor.corpus.load import Corpus
from tutor.corpus.pages import lines_with_fences
from tutor.corpus.problems import Problem
from tutor.domain import PageKind, Passage
from tutor.models.embedder import count_tokens

MIN_WORDS, MAX_WORDS, MAX_TOKENS = 60, 160, 256
RUN_SECONDS = 30
_INLINE_CODE = re.compile(r"(`+).*?\1", re.DOTALL)
_DISPLAY = re.compile(r"\$\$.*?\$\$", re.DOTALL)
_FORMULA = re.compile(r"(?<!\\)\$(.*?)(?<!\\)\$", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: the word after the fence, its lines, and the number of its first line within the text, from 0."""

    language: str
    code: str
    line: int


def check_pages(corpus: Corpus, run_code: bool) -> list[Problem]:
    """Problems of each passage, and of the texts of each question."""
    passages = list(corpus.passages.values())
    tokens = count_tokens([embedded_text(p) for p in passages])
    problems: list[Problem] = []
    for passage, count in zip(passages, tokens, strict=True):
        problems += _check_length(passage, count)
        line = corpus.sources[f"page:{passage.page}"].line(passage.id)
        problems += _check_text(passage.text, passage.path, line, run_code)
    for page in corpus.pages.values():
        if page.kind is PageKind.NOTE and not page.sources:
            path = page.passages[0].path
            problems.append(
                Problem(path, 1, "the page names no source", "add `sources:` to the front matter", "warning")
            )
    return problems + _check_questions(corpus, run_code)


def _check_questions(corpus: Corpus, run_code: bool) -> list[Problem]:
    problems: list[Problem] = []
    for question in corpus.questions.values():
        source = corpus.sources[f"question:{question.id}"]
        texts: dict[tuple[str | int, ...], str] = {
            ("prompt",): question.prompt,
            ("model_answer",): question.model_answer or "",
        }
        texts |= {("hints", i): hint for i, hint in enumerate(question.hints)}
        for loc, text in texts.items():
            problems += _check_text(text, source.path, source.line(*loc), run_code)
    return problems


def _check_length(passage: Passage, tokens: int) -> Iterator[Problem]:
    words = len(prose(passage.text).split())
    if not MIN_WORDS <= words <= MAX_WORDS:
        what = f"the passage has {words} words"
        yield Problem(passage.path, passage.line, what, f"write {MIN_WORDS} to {MAX_WORDS}")
    if tokens > MAX_TOKENS:
        what = f"with its titles the passage has {tokens} tokens, of which the embedding model reads {MAX_TOKENS}"
        yield Problem(passage.path, passage.line, what, "shorten it, or split it at another `##` heading")


def _check_text(text: str, path: str, line: int, run_code: bool) -> Iterator[Problem]:
    if what := formula_problem(text):
        yield Problem(path, line, what, "close each `$`, and write a dollar as `\\$`")
    if sum(edge for _, _, edge in lines_with_fences(text)) % 2:
        yield Problem(path, line, "a code block is not closed", "end it with the fence it begins with")
    for block in code_blocks(text):
        if block.language in ("python", "py"):
            problem = _compile_problem(block, path, line + block.line)
            if problem:
                yield problem
            elif run_code and (what := run_problem(block.code)):
                yield Problem(path, line + block.line, what, "mend the code, or remove the language from the fence")


def prose(text: str) -> str:
    """The text without its fenced blocks."""
    return "\n".join(line for line, fence, _ in lines_with_fences(text) if fence is None)


def code_blocks(text: str) -> list[Block]:
    """The fenced blocks of a text; one that is never closed reaches to its end."""
    lines = list(lines_with_fences(text))
    edges = [i for i, (_, _, edge) in enumerate(lines) if edge]
    blocks = []
    for start, end in zip_longest(edges[::2], edges[1::2], fillvalue=len(lines)):
        language = (lines[start][1] or "").split(" ")[0].lower()
        blocks.append(Block(language, "\n".join(line for line, _, _ in lines[start + 1 : end]), start + 1))
    return blocks


def formula_problem(text: str) -> str | None:
    """What is wrong with the formulas of a text: a `$` not closed in its paragraph, or braces that do not match."""
    rest = _INLINE_CODE.sub("", prose(text))
    formulas = _DISPLAY.findall(rest)
    for paragraph in re.split(r"\n\s*\n", _DISPLAY.sub("", rest)):
        if len(re.findall(r"(?<!\\)\$", paragraph)) % 2:
            return "a `$` is not closed in its paragraph"
        formulas += _FORMULA.findall(paragraph)
    for formula in formulas:
        braces = re.sub(r"\\[{}\\]", "", formula)
        if braces.count("{") != braces.count("}"):
            return f"the braces in `{formula[:40]}` do not match"
    return None


def _compile_problem(block: Block, path: str, line: int) -> Problem | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compile(block.code, "<block>", "exec")
    except (SyntaxError, ValueError) as error:
        offset = (getattr(error, "lineno", None) or 1) - 1
        what = f"the Python code does not compile ({getattr(error, 'msg', error)})"
        return Problem(path, line + offset, what, "mend the code, or remove the language from the fence")
    return None


def run_problem(code: str) -> str | None:
    """Run a block alone in a fresh process and an empty folder; what went wrong, or None."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "block.py"
        script.write_text(code, encoding="utf-8")
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(script)],
                cwd=folder,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=RUN_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"the Python code runs longer than {RUN_SECONDS} seconds"
    if done.returncode == 0:
        return None
    last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    return f"the Python code fails ({last[:120]})"
