"""`python -m cleanpipe` is `cleanpipe`."""

from cleanpipe.cli import main

main()
