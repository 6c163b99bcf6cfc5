"""Certificates and what else proves training: issued, checked, kept up."""
