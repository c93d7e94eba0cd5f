"""Breaks the rules in every small way, one at a time, and counts how many of these breaks their tests notice.

``python -m tests.checks.mutants`` writes ``docs/mutants.json``: the figures per file, and every mutant that
survived with what it changed. With words, only files whose path holds one of them are mutated, only their
part of the record is written anew. With ``--again``, only what survived
last time is tried, and files that have changed since.

mutmut makes the mutants: every function of ``tracker/compliance`` with all its variants side by side. Its own
runner starts pytest anew for each of them and calls every function through a switch; here pytest collects
once, and each mutant is a fork of that process that puts the variant's code in the place of the function's
own and runs the tests that reach it until one fails: first those that noticed others like it, then the
quickest. Functions with decorators and tables of modules are not mutated.
"""

import contextlib
import difflib
import gc
import hashlib
import json
import marshal
import mmap
import os
import pickle
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial
from importlib import import_module
from multiprocessing import Pool
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
RULES = Path("tracker/compliance")
FOUND = ROOT / "docs" / "mutants.json"
CHILDREN = 2
SECONDS = 10
"""How much of a processor's time the tests of one mutant may take; beyond that it is noticed."""
BYTES = 4 << 30
NOT_TRIED = 70
ABOUT_THE_FILES = (
    "test_the_rules_need_nothing_of_the_rest_of_the_house",
    "test_the_rules_never_ask_the_time",
)
"""Tests that read the rules as text or in another process, where a mutant is not to be seen."""


class Mutant(NamedTuple):
    file: str  # within the rules
    function: str  # as it is called there, with its class
    change: str  # the lines that differ, as they were and as they are
    code: bytes
    defaults: tuple[Any, ...] | None
    keyword_defaults: dict[str, Any] | None


Mutants = list[Mutant]
Reached = dict[tuple[str, str], list[tuple[float, str]]]
"""File and function -> the tests that reach it, with how long each takes."""


def mutate(words: list[str]) -> Mutants:
    """Every mutant of the files whose path holds one of the words, or of all."""
    files = [str(path.relative_to(ROOT / RULES)) for path in sorted((ROOT / RULES).rglob("*.py"))]
    chosen = [file for file in files if not words or any(word in file for word in words)]
    with Pool(CHILDREN) as pool:
        return [mutant for found in pool.map(_mutate, chosen) for mutant in found]


def _mutate(file: str) -> list[Mutant]:
    from mutmut.mutation.file_mutation import mutate_file_contents

    path = ROOT / RULES / file
    mutated = mutate_file_contents(str(path), path.read_text())
    lines = [line.strip() for line in mutated.code.splitlines()]
    parts = {name: lines[one.start - 1 : one.end] for name, one in mutated.line_span_by_function_name.items()}
    namespace = ModuleType(_module(file))
    exec(compile(mutated.code, str(path), "exec"), namespace.__dict__)
    found = []
    for name in mutated.mutant_names:
        mangled = name.rpartition("__mutmut_")[0]
        function = mangled.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
        owner = namespace.__dict__[function.partition(".")[0]] if "." in function else namespace
        variant = _plain(vars(owner)[name])
        given = (variant.__code__, variant.__defaults__, variant.__kwdefaults__)
        change = _change(parts[f"{mangled}__mutmut_orig"], parts[name])
        found.append(Mutant(file, function, change, marshal.dumps(given[0]), given[1], given[2]))
    return found


def _plain(function: Any) -> Any:
    """The function inside a static or class method."""
    return getattr(function, "__func__", function)


def _module(file: str) -> str:
    return "tracker.compliance." + file.removesuffix(".py").replace("/", ".")


def _put(mutant: Mutant) -> None:
    """Puts a mutant's code in the place of that of its function."""
    owner = import_module(_module(mutant.file))
    *classes, name = mutant.function.split(".")
    for one in classes:
        owner = getattr(owner, one)
    function, code = _plain(vars(owner)[name]), marshal.loads(mutant.code)
    if code.co_freevars != function.__code__.co_freevars:  # it no longer asks its base class
        function = FunctionType(code, function.__globals__, name)
        setattr(owner, name, function)
    function.__code__ = code
    function.__defaults__, function.__kwdefaults__ = mutant.defaults, mutant.keyword_defaults


def _change(before: list[str], after: list[str]) -> str:
    """The lines that differ, as they were and as they are."""
    lines = list(difflib.unified_diff(before, after, n=0, lineterm=""))[2:]
    return "\n".join(line for line in lines if line[0] in "+-" and "__mutmut_" not in line)


class Hunt:
    """The pytest plugin that, in the place of one run of the tests, runs them against each mutant."""

    def __init__(self, mutants: Mutants, tell: Callable[[str, list[Mutant], list[str]], None]) -> None:
        """``tell`` is given each file that is done, its mutants, and what became of each."""
        self.mutants, self.tell = mutants, tell

    def pytest_runtestloop(self, session: Any) -> bool:
        from _pytest.runner import runtestprotocol

        items = {item.nodeid: item for item in session.items}

        def passes(name: str) -> bool:
            reports = runtestprotocol(items[name], log=False, nextitem=None)
            return not any(report.failed for report in reports)

        self._hunt(passes, _in_child(lambda: _reach(list(items), passes)))
        return True

    def _hunt(self, passes: Callable[[str], bool], reached: Reached) -> None:
        waiting = list(enumerate(self.mutants))
        running: dict[int, tuple[int, list[str]]] = {}
        found: dict[int, str] = {}
        failed = mmap.mmap(-1, 4 * len(waiting))  # which test failed, told by the child that ran it
        noticing: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        left = Counter(mutant.file for mutant in self.mutants)
        gc.freeze()
        while waiting or running:
            while waiting and len(running) < CHILDREN:
                number, mutant = waiting.pop(0)
                tests = _ordered(mutant, reached, noticing)
                place = memoryview(failed)[4 * number : 4 * number + 4]
                running[_fork(partial(_try, mutant, tests, passes, place))] = number, tests
            pid, status = os.wait()
            number, tests = running.pop(pid)
            mutant, code = self.mutants[number], os.waitstatus_to_exitcode(status)
            if code == NOT_TRIED:
                raise SystemExit(f"{mutant.file} {mutant.function} could not be mutated:\n{mutant.change}")
            found[number] = {0: "survived", 1: "noticed"}.get(code, "stopped")
            if code == 1:
                test = tests[int.from_bytes(failed[4 * number : 4 * number + 4])]
                noticing[mutant.file, mutant.function][test] += 1
                noticing[(mutant.file,)][test] += 1
            left[mutant.file] -= 1
            if not left[mutant.file]:
                own = [i for i, one in enumerate(self.mutants) if one.file == mutant.file]
                self.tell(mutant.file, [self.mutants[i] for i in own], [found[i] for i in own])


def _ordered(mutant: Mutant, reached: Reached, noticing: dict[tuple[str, ...], Counter[str]]) -> list[str]:
    """The tests that reach a mutant: first those that noticed others of its function and of its file."""
    quickest = [test for _, test in sorted(reached.get((mutant.file, mutant.function), ()))]
    reaching = set(quickest)
    likely = [
        test
        for where in ((mutant.file, mutant.function), (mutant.file,))
        for test, _ in noticing[where].most_common(12)
        if test in reaching
    ]
    return list(dict.fromkeys([*likely, *quickest]))


def _reach(tests: list[str], passes: Callable[[str], bool]) -> Reached:
    """Runs every test against the rules as they are, and notes what it reaches."""
    reached: Reached = defaultdict(list)
    beginning = str(ROOT / RULES) + os.sep
    called: set[tuple[str, str]] = set()

    def note(frame: Any, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(beginning):
            function = code.co_qualname.partition(".<locals>")[0]
            called.add((code.co_filename.removeprefix(beginning), function))

    for test in tests:
        called.clear()
        start = time.process_time()
        sys.setprofile(note)
        passed = passes(test)
        sys.setprofile(None)
        assert passed, f"fails without any mutant: {test}"
        for function in called:
            reached[function].append((time.process_time() - start, test))
    return dict(reached)


def _try(mutant: Mutant, tests: list[str], passes: Callable[[str], bool], place: memoryview) -> int:
    _put(mutant)
    for i, test in enumerate(tests):
        place[:] = i.to_bytes(4)
        with contextlib.suppress(BaseException):
            if passes(test):
                continue
        return 1
    return 0


def _fork(act: Callable[[], int]) -> int:
    """Starts a child, bounded in time and memory, whose exit code is what ``act`` gives."""
    pid = os.fork()
    if pid == 0:
        code = NOT_TRIED
        with contextlib.suppress(BaseException):
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            code = act()
        os._exit(code)
    return pid


def _in_child(act: Callable[[], Reached]) -> Reached:
    """What ``act`` gives, without what it leaves behind: the rules keep what they have read of a charter."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer"

        def tell() -> int:
            answer.write_bytes(pickle.dumps(act()))
            return 0

        pid = os.fork()
        if pid == 0:
            try:
                os._exit(tell())
            except BaseException as error:
                print(error, file=sys.__stderr__)
                os._exit(1)
        _, status = os.waitpid(pid, 0)
        if status:
            raise SystemExit("The tests fail without any mutant.")
        return pickle.loads(answer.read_bytes())


def hunt(mutants: Mutants, tell: Callable[[str, list[Mutant], list[str]], None]) -> None:
    """Tries the mutants; ``tell`` is given what became of those of each file as soon as it is done."""
    os.chdir(ROOT)
    os.environ |= {"RULES_PROFILE": "mutants", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    import pytest

    without = [f"--deselect=tests/compliance/test_every_term_kind.py::{name}" for name in ABOUT_THE_FILES]
    pytest.main(
        [
            *("-c", os.devnull, "--rootdir=.", "--confcutdir=tests/compliance", "-q"),
            *("-p", "no:cacheprovider", *without, "tests/compliance"),
        ],
        plugins=[Hunt(mutants, tell)],
    )


def record(file: str, mutants: list[Mutant], found: list[str]) -> dict[str, Any]:
    """How many mutants of a file were noticed, stopped and survived, and what each survivor changes."""
    survivors: dict[str, list[str]] = {}
    for mutant, what in zip(mutants, found, strict=True):
        if what == "survived":
            survivors.setdefault(mutant.function, []).append(mutant.change)
    counted = {what: found.count(what) for what in ("noticed", "stopped", "survived")}
    return {"source": _source(file), **counted, "survivors": survivors}


def _source(file: str) -> str:
    return hashlib.sha256((ROOT / RULES / file).read_bytes()).hexdigest()[:12]


def figures(files: dict[str, Any]) -> dict[str, float]:
    """The figures of several files together."""
    counted = {what: sum(one[what] for one in files.values()) for what in ("noticed", "stopped", "survived")}
    whole = sum(counted.values())
    return {**counted, "percent_noticed": round(100 * (whole - counted["survived"]) / max(whole, 1), 1)}


def survived_before(mutant: Mutant, before: dict[str, Any]) -> bool:
    """Whether a mutant has to be tried again: it survived last time, or its file has changed since."""
    last = before.get(mutant.file)
    if last is None or last["source"] != _source(mutant.file):
        return True
    return mutant.change in last["survivors"].get(mutant.function, ())


def main(words: list[str]) -> None:
    before = json.loads(FOUND.read_text())["files"] if FOUND.exists() else {}
    again = "--again" in words
    words = [word for word in words if word != "--again"]
    whole = dict(before) if words or again else {}

    mutants = mutate(words)

    def tell(file: str, tried: list[Mutant], found: list[str]) -> None:
        one = record(file, tried, found)
        if again and file in before and before[file]["source"] == one["source"]:
            # Two that read alike are one survivor, so that what was not tried is counted by itself.
            stopped = before[file]["stopped"]
            one["stopped"] += stopped
            one["noticed"] += sum(other.file == file for other in mutants) - len(tried) - stopped
        whole[file] = one
        outcome = {"all": figures(whole), "files": dict(sorted(whole.items()))}
        FOUND.write_text(json.dumps(outcome, indent=1, ensure_ascii=False) + "\n")
        print(f"{file:32}{json.dumps(figures({file: one}))}", file=sys.__stderr__, flush=True)

    hunt([one for one in mutants if not again or survived_before(one, before)], tell)
    print(f"{'in all':32}{json.dumps(figures(whole))}")


if __name__ == "__main__":
    main(sys.argv[1:])
