"""The firms of the district but the mill: who works there, and the lectures behind how they stand."""
