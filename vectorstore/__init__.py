"""Articles in, passages out: reading, splitting, embedding, storing and searching.

Imports nothing from the other folders. The modules in pipeline order:
``articles`` → ``split`` → ``embed`` → ``library`` → ``words`` + ``vectors`` → ``search``.
"""
