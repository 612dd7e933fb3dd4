"""A question in, a cited answer out: hits → reading → findings → answer.

Imports ``vectorstore`` only. ``Engine.stream`` is the one path; ``ask`` is its last snapshot.
"""
