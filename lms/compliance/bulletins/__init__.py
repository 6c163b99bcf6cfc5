"""Bulletins (通报): frozen figures, words between them, the right to reply, two signatures, and versions."""
