"""The face toward LangChain: a retriever over the store, and the engine as a Runnable that streams.

The only file here that imports ``langchain_core``. No prompt template is ever made out of article text.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias, cast

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.messages import BaseMessage
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import AddableDict, Runnable, RunnableLambda
from pydantic import ConfigDict, Field

from qa.engine import ALL_ARTICLES, PASSAGES, Engine
from qa.errors import check_question
from qa.formats import to_json
from qa.types import Turn
from vectorstore.store import Store
from vectorstore.types import Filters, Hit

ChainInput: TypeAlias = str | Mapping[str, Any]
"""A question, or ``{"question": str, "history": messages, "filters": Filters}``; the last two may be left out.

A message is a LangChain message or a ``(role, content)`` pair; roles are user/human and assistant/ai.
"""

_EARLY = ("question", "standalone_question", "scope")
_ROLES: dict[str, Literal["user", "assistant"]] = {
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
}


class ArticleRetriever(BaseRetriever):
    """Passages of the store as documents, best first.

    ``metadata`` holds ``article_id``, ``title``, ``publisher``, ``published``, ``url``, ``start``, ``end`` and
    ``score``: ``page_content`` is the article's text ``[start, end)``, and score is in [0, 1], higher is better.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    store: Store
    k: int = Field(default=PASSAGES, ge=1)
    filters: Filters = ALL_ARTICLES

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:  # noqa: ARG002 - LangChain's signature
        check_question(query)
        return [self._document(hit) for hit in self.store.search(query, self.k, self.filters)]

    def _document(self, hit: Hit) -> Document:
        passage = hit.passage
        article = hit.article
        metadata = {
            "article_id": article.id,
            "title": article.title,
            "publisher": article.publisher,
            "published": article.published,
            "url": article.url,
            "start": passage.start,
            "end": passage.end,
            "score": hit.score,
        }
        return Document(id=f"{article.id}:{passage.start}-{passage.end}", page_content=passage.text, metadata=metadata)


def answer_chain(engine: Engine) -> Runnable[ChainInput, dict[str, Any]]:
    """Return the engine as a Runnable: a ``ChainInput`` in, the JSON object of ``qa.formats.to_json`` out.

    ``stream`` yields parts of that object which add up to it: the question as it stands alone at once, the sentences of
    a language model (``Engine(…, llm=…)``) each as it is checked, the rest when it is whole. Text that might yet be
    taken back is never sent as ``answer``.

    Raises:
        QuestionError: the question is empty or too long.
        ValueError: the input is no ``ChainInput``.
    """

    def parts(asked: ChainInput) -> Iterator[AddableDict]:
        snapshots = engine.stream(*_parsed(asked))
        first = to_json(last := next(snapshots))
        yield AddableDict({key: first[key] for key in _EARLY})
        sent = 0
        for last in snapshots:
            now = to_json(last)
            if len(now["sentences"]) > sent:
                passages = {} if sent else {"passages": now["passages"]}
                yield AddableDict(passages | {"sentences": now["sentences"][sent:]})
                sent = len(now["sentences"])
        whole = to_json(last)
        gone = (*_EARLY, "passages") if sent else _EARLY
        rest = {key: value for key, value in whole.items() if key not in gone}
        yield AddableDict(rest | {"sentences": whole["sentences"][sent:]})

    async def aparts(asked: ChainInput) -> AsyncIterator[AddableDict]:
        steps = parts(asked)
        while (part := await asyncio.to_thread(next, steps, None)) is not None:
            yield part

    return cast("Runnable[ChainInput, dict[str, Any]]", RunnableLambda(parts, aparts, name="byline"))


def _parsed(asked: ChainInput) -> tuple[str, tuple[Turn, ...], Filters]:
    if isinstance(asked, str):
        return asked, (), ALL_ARTICLES
    match asked:
        case {"question": str(question)}:
            filters = asked.get("filters") or ALL_ARTICLES
            return question, tuple(_turn(message) for message in asked.get("history") or ()), filters
    raise ValueError(f"{asked!r} is no question; give a string or a mapping with a 'question'")


def _turn(message: BaseMessage | Sequence[str] | Turn) -> Turn:
    match message:
        case Turn():
            return message
        case BaseMessage():
            role, content = message.type, message.text
        case (str(role), str(content)):
            pass
        case _:
            raise ValueError(f"{message!r} is no message; give a LangChain message or a (role, content) pair")
    if role not in _ROLES:
        raise ValueError(f"{role!r} is no role of a conversation; known are {', '.join(_ROLES)}")
    return Turn(_ROLES[role], content)
