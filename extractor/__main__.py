"""Let `python -m extractor` do what `sinsight` does."""

from extractor.cli.app import main

main()
