"""What `make check` asks of the sources beyond lint and types: each module answers with a list of problems.

A problem is one line that names the file, and says what to do.
"""
