"""What compliance hears."""
