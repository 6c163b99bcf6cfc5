"""安课 (Anke): safety lectures, attendance, quizzes, certificates and a bureau's summaries on one record."""
