"""``python -m mentorcore`` is the command line."""

import sys

from mentorcore.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
