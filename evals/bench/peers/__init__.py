"""Byline beside what people would otherwise use: the same articles, model, passage size and questions for each.

Each ``with_*.py`` is one system, set up as its own documentation says, in an environment of its own (``wire.py`` is all
that they share, and uses the standard library alone). ``python -m evals.bench.peers`` measures them all from outside.
"""
