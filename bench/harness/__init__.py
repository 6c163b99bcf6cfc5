"""What the benchmarks share: a server as in production, phones, a scene to act in, and how figures are told."""
