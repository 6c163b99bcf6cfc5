"""Enterprises, their people and where they lie."""
