"""Run every check; exit 1 where one finds a problem."""

import sys

from tests.checks import clock, locks, migrations, openapi, translations

CHECKS = {
    "one clock": clock.problems,
    "migrations": migrations.problems,
    "OpenAPI": openapi.problems,
    "translations": translations.problems,
    "locks": locks.problems,
}


def main() -> int:
    failed = False
    for name, check in CHECKS.items():
        found = check()
        print(f"{name}: {f'{len(found)} to mend' if found else 'in order'}")
        for problem in found:
            print(f"  {problem}")
        failed = failed or bool(found)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
