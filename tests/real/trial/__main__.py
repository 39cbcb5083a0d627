"""`python tests/real/trial`: see `trial_run`."""

from __future__ import annotations

import sys

from trial_run import main

sys.exit(main())
