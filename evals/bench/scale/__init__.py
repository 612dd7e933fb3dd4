"""How Byline grows: ``python -m evals.bench.scale`` measures stores of 1,000 to 1,000,000 passages.

``python -m evals.bench.scale.ingest`` measures what an ingest costs beside embedding, and one that finds nothing new.
"""
