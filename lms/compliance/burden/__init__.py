"""What is asked of enterprises costs them: how many things, by how many bureaus, how many fields and minutes."""
