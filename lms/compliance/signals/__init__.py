"""Credibility signals: facts of a lecture that somebody should look at, each with its figures and with honest causes."""
