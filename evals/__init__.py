"""Gold questions, metrics, runs, reports and benchmarks."""
