"""Every error a person may see. The message says what happened and what to do; faces print it without a traceback.

TutorError
├── KnowledgeError      a file under knowledge/ or evals/gold/ is wrong: file, line, remedy
├── SearchIndexError   the vector index cannot be read or built
├── StoreError          the database or the data folder cannot be used
├── GradingError        a grader could not grade; the answer stays stored and ungraded
├── ModelError          a model file or a chat provider is missing, damaged or down
└── InputError          what was typed or uploaded cannot be used as it is
"""


class TutorError(Exception):
    """Root of the errors shown to people."""


class KnowledgeError(TutorError):
    """A knowledge or gold file is wrong; the message names file, line and remedy."""


class SearchIndexError(TutorError):
    """The vector index cannot be read or built."""


class StoreError(TutorError):
    """The database or the data folder cannot be used."""


class GradingError(TutorError):
    """A grader could not grade; the answer stays stored and ungraded."""


class ModelError(TutorError):
    """A model file or a chat provider is missing, damaged or down."""


class InputError(TutorError):
    """What was typed or uploaded cannot be used as it is."""
