"""``python -m maxpooling``: the same as the command ``maxpooling``."""

import sys

from maxpooling.command import main

sys.exit(main())
