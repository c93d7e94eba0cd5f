"""The rules: frozen facts and a moment in, verdicts out. Standard library only; see README.md."""
