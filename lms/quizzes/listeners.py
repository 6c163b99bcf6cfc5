"""What quizzes hears."""
