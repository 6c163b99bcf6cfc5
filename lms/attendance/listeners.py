"""What attendance hears."""
