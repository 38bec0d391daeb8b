"""`python -m bench [REPOSITORY …]`: every benchmark, each printing one table."""

from bench.measure_against_git import main

main()
