"""`switchboard` and `python -m switchboard_cli`."""

from switchboard_cli.app import main

if __name__ == "__main__":
    main()
