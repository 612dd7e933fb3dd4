"""Measurements and sweeps that take minutes: each module is a command that prints a table and writes a dated JSON."""
