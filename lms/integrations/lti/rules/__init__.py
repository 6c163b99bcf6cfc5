"""What is decided about a launch: pure functions."""
