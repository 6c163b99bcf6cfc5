"""The pictures of docs/, taken of the demo so that they are never older than the product."""
