"""`python -m lib.cli` is `pipeline`."""

from lib.cli.main import main

if __name__ == "__main__":
    main(prog_name="pipeline")
