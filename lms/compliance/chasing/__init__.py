"""Chasing (催办): a bureau asks an enterprise that is behind, and what came of it."""
