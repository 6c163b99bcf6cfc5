"""A firm claims its record: somebody says who they are, the officer makes sure by telephone, and the firm has an account."""
