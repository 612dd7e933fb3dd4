"""What can be wrong with a question.

::

    BylineError
    └── QuestionError   the question cannot be asked as it is
"""

from vectorstore.errors import BylineError

MAX_QUESTION = 2000
"""Characters. Longer input is a document, not a question, and the embedding model would not read it."""


class QuestionError(BylineError):
    """The question is empty, too long or no text; the message says which."""


def check_question(question: str) -> None:
    """Raise ``QuestionError`` unless the question can be asked: 1 to ``MAX_QUESTION`` characters of valid Unicode."""
    if not question.strip():
        raise QuestionError("the question is empty; ask something about the articles")
    if len(question) > MAX_QUESTION:
        raise QuestionError(f"the question has {len(question):,} characters, the limit is {MAX_QUESTION:,}; shorten it")
    try:
        question.encode()
    except UnicodeEncodeError as error:
        raise QuestionError(
            f"the question is not valid Unicode at character {error.start + 1}; type it again as UTF-8 text"
        ) from error
