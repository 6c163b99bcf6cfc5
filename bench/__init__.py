"""Benchmarks of a checkout: `anke bench NAME` runs bench/NAME.py. Figures and bars are kept in docs/performance.md."""
