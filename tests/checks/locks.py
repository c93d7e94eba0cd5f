"""The locked packages: in step with pyproject.toml, each with hashes, and without any address.

``python -m tests.checks.locks --write`` pins them anew, for every platform.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ceasefire.environment import BASE_DIR

RUNTIME, DEVELOPMENT, INSTALLER = "requirements.lock", "requirements-dev.lock", "requirements-installer.lock"
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)(?: ; [^\\]+)?(.*)$")
ADVICE = "run `make lock`"
OPTIONS = [
    *("--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
]


def problems(base: Path = BASE_DIR) -> list[str]:
    """What is wrong with the lock files under ``base``."""
    project = tomllib.loads((base / "pyproject.toml").read_text())
    wanted = {
        RUNTIME: project["project"]["dependencies"],
        DEVELOPMENT: project["project"]["dependencies"] + project["dependency-groups"]["dev"],
        INSTALLER: ["uv"],
    }
    found, pins = [], {}
    for name, requirements in wanted.items():
        text = (base / name).read_text()
        pins[name] = pinned(text)
        found += [f"{name}: {what}: {ADVICE}" for what in _faults_of_form(text)]
        for requirement in map(Requirement, requirements):
            version = pins[name].get(canonicalize_name(requirement.name))
            if version is None or version not in requirement.specifier:
                found.append(f"{name}: {requirement} is not met by {version or 'any pin'}: {ADVICE}")
    differing = {key for key, version in pins[RUNTIME].items() if pins[DEVELOPMENT].get(key) != version}
    differing |= {key for key, version in pins[INSTALLER].items() if pins[DEVELOPMENT].get(key) != version}
    return found + [f"{DEVELOPMENT}: pins another {name}: {ADVICE}" for name in sorted(differing)]


def pinned(text: str) -> dict[str, str]:
    """The versions that a lock file names, by canonical name."""
    lines = (PIN.match(line) for line in text.splitlines())
    return {canonicalize_name(match[1]): match[2] for match in lines if match}


def _faults_of_form(text: str) -> list[str]:
    entries = text.replace("\\\n", " ").splitlines()
    faults = [
        f"no hash for {entry.split()[0]}" for entry in entries if entry and "--hash=sha256:" not in entry
    ]
    if "://" in text or re.search(
        r"^\s*(-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)\b", text, re.M
    ):
        faults.append("it names an address")
    return faults


def write() -> None:
    """Resolve the newest versions that pyproject.toml allows and write the three files."""
    uv = str(Path(sys.executable).with_name("uv"))
    for name, arguments in (
        (RUNTIME, ["pyproject.toml"]),
        (DEVELOPMENT, ["pyproject.toml", "--group", "dev", "--constraints", RUNTIME]),
    ):
        subprocess.run(
            [uv, "pip", "compile", "--upgrade", *OPTIONS, "-o", name, *arguments], cwd=BASE_DIR, check=True
        )
    compile_installer = [uv, "pip", "compile", *OPTIONS, "--constraints", DEVELOPMENT, "-o", INSTALLER, "-"]
    subprocess.run(compile_installer, input="uv", text=True, cwd=BASE_DIR, check=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write()
    sys.exit("\n".join(problems()) or 0)
