"""Every way to sign in, and what is set up for each."""
