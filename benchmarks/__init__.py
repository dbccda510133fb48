"""Speed and memory as ratios: to the least the work can cost, and to what others take. ``python -m benchmarks``."""
