"""How many examples each property of the rules is tried on: few, and always the same, against mutants."""

import os

from hypothesis import Phase, settings

settings.register_profile("rules", max_examples=20, deadline=None)
settings.register_profile(
    "mutants",
    max_examples=2,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
)
settings.load_profile(os.environ.get("RULES_PROFILE", "rules"))
