"""The trained reader: a small network that marks the exact answer in a passage, or says that there is none."""
