"""`python -m bench [REPOSITORY …]`: the benchmarks that need no server, each printing one table."""

import sys

from bench import measure_against_git, models, report

measure_against_git.main()
sys.argv[1:] = []
models.main()
report.main()
