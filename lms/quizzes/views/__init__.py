"""Taking a quiz, and all that an office does for quizzes: their bank, their papers, their marks."""
