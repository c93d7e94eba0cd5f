"""A YAML file is read with its lines, and trusted in nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.intake import yaml_lines
from tracker.intake.yaml_lines import read_yaml


def found(text: str) -> list[tuple[int | None, str, str]]:
    return [(fault.line, fault.path, fault.code) for fault in read_yaml(text.encode()).faults]


def test_values_keep_the_lines_that_they_stand_on() -> None:
    read = read_yaml(b"a: 1\nb:\n  - x: yes\n    y: [2,\n      3]\n")
    assert read.faults == []
    assert read.value == {"a": 1, "b": [{"x": "yes", "y": [2, 3]}]}
    assert read.line_of(("b", 0, "x")) == 3
    assert read.line_of(("b", 0, "y", 1)) == 5


def test_what_is_missing_has_the_line_of_what_should_hold_it() -> None:
    assert read_yaml(b"a: 1\nb:\n  - x: 1\n").line_of(("b", 0, "absent", "deeper")) == 3


def test_plain_scalars_follow_the_core_schema_and_nothing_more() -> None:
    text = "a: 7\nb: -1.5\nc: true\nd: null\ne: ~\nf: no\ng: 0x1F\nh: '7'\ni: .inf\nj: !!str 7\n"
    assert read_yaml(text.encode()).value == {
        "a": 7, "b": -1.5, "c": True, "d": None, "e": None, "f": "no", "g": "0x1F", "h": "7",
        "i": ".inf", "j": "7",
    }  # fmt: skip


def test_every_fault_of_the_writing_is_told_at_once_with_its_line() -> None:
    text = "a: 1\na: 2\nb: !!python/object:os.system x\nc: *other\n<<: {d: 1}\ne: 2016-09-12\n? [k]\n: v\n"
    assert found(text) == [
        (2, "a", "duplicate_key"),
        (3, "b", "tag_not_allowed"),
        (4, "c", "alias_not_allowed"),
        (5, "", "merge_not_allowed"),
        (6, "e", "moment_not_quoted"),
        (7, "", "key_not_text"),
    ]


def test_what_stands_under_a_refused_key_goes_nowhere() -> None:
    assert read_yaml(b"a: 1\na: {b: [2]}\nc: 3\n").value == {"a": 1, "c": 3}
    assert read_yaml(b"? {x: 1}\n: {y: 2}\nc: 3\n").value == {"c": 3}


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "empty_file", 1),
        (b"# nothing\n", "empty_file", 1),
        (b"a: 1\n\xff: 2\n", "not_utf8", 2),
        (b"a: [1, 2\n", "not_yaml", 2),
        (b"a: 1\n b: 2\n", "not_yaml", 2),
        (b"--- a\n--- b\n", "several_documents", 2),
        (b"[" * 5000, "too_deep", 1),
        (b"a: " + b"{b: " * 500, "too_deep", 1),
        (b"a: '\x00'", "not_yaml", 1),
    ],
)
def test_a_file_that_cannot_be_read_to_its_end_says_where_and_holds_nothing(
    content: bytes, code: str, line: int
) -> None:
    read = read_yaml(content)
    assert [(fault.code, fault.line) for fault in read.faults] == [(code, line)]
    assert read.value is None


def test_a_file_that_is_too_large_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_lines, "MOST_BYTES", 10)
    assert [fault.code for fault in read_yaml(b"a: [1, 2, 3, 4").faults] == ["file_too_large"]


def test_a_file_of_too_many_values_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_lines, "MOST_VALUES", 5)
    assert [fault.code for fault in read_yaml(b"[1, 2, 3, 4, 5, 6]").faults] == ["too_many_values"]


def test_a_bomb_of_aliases_expands_to_nothing() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
    read = read_yaml(bomb.encode())
    assert {fault.code for fault in read.faults} == {"alias_not_allowed"}
    assert read.value == {"a": ["x", "x"], "b": [None, None], "c": [None, None]}


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_raise(content: bytes) -> None:
    read_yaml(content)


@given(st.text(alphabet="ab:-[]{}?*&!|>'\"%#,\n \t<~1", max_size=60))
def test_no_yaml_like_text_makes_the_reader_raise(text: str) -> None:
    read_yaml(text.encode())
