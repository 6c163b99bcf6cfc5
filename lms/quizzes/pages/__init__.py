"""Pages that a whole hall asks for at once: what is the same for everybody in them is drawn once and kept."""
