"""Files of each kind are read; what cannot be used is refused with a remedy, and nothing breaks."""

import pytest

from tests.material.files import HTML, NOTES, docx, notebook, pdf, zipped
from tutor.errors import InputError
from tutor.material.cut import LONGEST, SHORTEST, cut
from tutor.material.formats import kind_of
from tutor.material.sandbox import read_file

SAID = "raises throughput because the GPU works"


@pytest.mark.parametrize(
    ("name", "content", "said", "unsaid"),
    [
        ("n.md", NOTES.encode(), "Dropout prevents neurons", "title:"),
        ("n.txt", "\ufeffBatching raises throughput because the GPU works.".encode(), SAID, "\ufeff"),
        ("n.pdf", pdf(), SAID, "%PDF"),
        ("n.docx", docx(), SAID, "<w:t>"),
        ("n.html", HTML.encode(), "because the variance grows", "full marks"),
        ("n.ipynb", notebook(), "Trees are shallow", "hidden output"),
    ],
)
def test_each_kind_is_read(name: str, content: bytes, said: str, unsaid: str) -> None:
    _, pages = read_file(f"C:\\notes\\{name}", content)
    text = "\n".join(text for _, text in pages)
    assert said in text
    assert unsaid not in text
    assert "alert(1)" not in text


@pytest.mark.parametrize(
    ("name", "content", "remedy"),
    [
        ("a.exe", b"MZ", "not a kind of file"),
        ("a.md", b"  \n", "is empty"),
        ("a.md", b"\x00\x01\x02" * 99, "binary data"),
        ("a.md", "caf\xe9".encode("latin-1"), "Save it as UTF-8"),
        ("a.md", b"x" * (10 * 2**20 + 1), "at most 10 MB"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "Save it as .docx"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 99, "remove the password"),
        ("a.docx", docx()[:-40], "damaged"),
        ("a.docx", zipped({"x.txt": "hello"}), "no Word document"),
        ("a.docx", zipped({"word/document.xml": b"0" * (70 * 2**20)}), "would unpack to 70 MB"),
        ("a.md", docx(), "Rename it to end in .docx"),
        ("a.pdf", b"# Notes in Markdown", "Rename it to end in .md"),
        ("a.ipynb", b"%PDF-1.4", "Rename it to end in .pdf"),
    ],
)
def test_what_is_no_such_file_is_refused_at_the_door(name: str, content: bytes, remedy: str) -> None:
    with pytest.raises(InputError, match=remedy):
        kind_of(name, content)


@pytest.mark.parametrize(
    ("name", "content", "remedy"),
    [
        ("a.pdf", pdf(password="secret"), "has a password"),
        ("a.pdf", pdf(text=""), "text recognition"),
        ("a.pdf", b"%PDF-1.7 and then nothing", "cannot be read"),
        ("a.docx", docx(extra='<!DOCTYPE d [<!ENTITY a "aaaa">]>'), "not written by a word processor"),
        ("a.ipynb", b'{"cells": 3}', "not a notebook"),
        ("a.html", b"<html><script>x()</script></html>", "There is no text"),
        ("a.md", ("word " * 40_001).encode(), "at most 40,000 are read"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_remedy(name: str, content: bytes, remedy: str) -> None:
    with pytest.raises(InputError, match=remedy):
        read_file(name, content)


def test_a_file_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(InputError, match="given up"):
        read_file("a.pdf", pdf(), seconds=0.01)


def test_passages_have_sixty_to_a_hundred_and_sixty_words_and_ids_that_follow_from_the_text() -> None:
    prose = "\n\n".join(f"## Part {n}\n\n" + f"Sentence {n} says something about it. " * 40 for n in range(4))
    passages = cut("a.md", [(None, prose)])
    assert all(SHORTEST <= len(p.text.split()) <= LONGEST for p in passages)
    assert [p.id for p in passages] == [p.id for p in cut("renamed.md", [(None, prose)])]
    assert passages[0].id not in {p.id for p in cut("a.md", [(None, prose.replace("something", "nothing"))])}
    assert not any("Srivastava" in p.text for p in cut("n.md", [(None, NOTES)]))


def test_code_that_is_cut_stays_code_and_data_in_text_form_is_left_out() -> None:
    code = "\n".join(f"x{n} = f(a, b, c)  # words of the comment" for n in range(90))
    passages = cut("a.md", [(None, f"# T\n\n```python\n{code}\n```\n\n{'A' * 5000}")])
    assert len(passages) > 1
    assert all(p.text.count("```") % 2 == 0 for p in passages)
    assert all("AAAA" not in p.text for p in passages)
