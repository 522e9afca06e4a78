"""`python -m backend` is the `suicha` command."""

from backend.cli import main

main()
