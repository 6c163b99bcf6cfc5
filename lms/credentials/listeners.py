"""What credentials hears."""
