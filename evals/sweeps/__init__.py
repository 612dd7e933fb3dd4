"""One gold set under many settings: what quality costs in time."""
