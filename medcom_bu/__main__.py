"""``python -m medcom_bu`` is the command line ``medcom-bu``."""

import sys

from medcom_bu.cli import main

if __name__ == "__main__":
    sys.exit(main())
