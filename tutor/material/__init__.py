"""A learner's own files: read, cut into passages, made into questions. Each learner's are theirs alone."""
