"""The patch of an officer: which enterprises have nobody in charge, no head, no activity; and handing it over."""
