"""`python -m lms` is the `anke` command."""

from lms.cli import main

main()
