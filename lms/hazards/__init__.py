"""Major hazards (重大事故隐患): found by an officer on site, and followed up a ladder that nobody can skip a rung of."""
