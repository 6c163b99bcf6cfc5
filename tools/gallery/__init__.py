"""Every page of the demo in every role, as pictures to look through."""
