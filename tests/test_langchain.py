"""The LangChain face: documents are exact passages, and the chain streams parts that add up to the answer."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from langchain.agents import create_agent
from langchain.chat_models import init_chat_model
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import create_retriever_tool, tool
from openai_server import serving

from qa.engine import Engine
from qa.errors import QuestionError
from qa.formats import to_json
from qa.langchain import ArticleRetriever, answer_chain
from vectorstore.types import Filters

QUESTION = "Who rejected the ministers' resignations?"
TURNS = (("user", "Were there any more raids in Brussels?"), ("assistant", "Yes, in Jette."))


@pytest.fixture(scope="module")
def engine(seeds_store):
    return Engine(seeds_store)


def timeless(answer: dict) -> dict:
    """The answer without what differs from run to run."""
    return {key: value for key, value in answer.items() if key != "seconds"}


def test_documents_are_the_articles_own_text(seeds_store):
    """``page_content`` is the article's text between the metadata's offsets; the best comes first."""
    documents = ArticleRetriever(store=seeds_store, k=5).invoke(QUESTION)
    assert len(documents) == 5
    for document in documents:
        at = document.metadata
        assert seeds_store.article(at["article_id"]).text[at["start"] : at["end"]] == document.page_content
    scores = [document.metadata["score"] for document in documents]
    assert scores == sorted(scores, reverse=True)


def test_the_retriever_keeps_to_its_filters(seeds_store):
    """Only articles that pass are returned."""
    only = "001_4b357e85272d0d23.txt"
    documents = ArticleRetriever(store=seeds_store, filters=Filters(article_ids=(only,))).invoke(QUESTION)
    assert {document.metadata["article_id"] for document in documents} == {only}


def test_the_retriever_refuses_an_empty_question(seeds_store):
    """As the engine does."""
    with pytest.raises(QuestionError):
        ArticleRetriever(store=seeds_store).invoke(" ")


def test_the_retriever_fits_into_a_chain(seeds_store):
    """It pipes like any retriever."""
    chain = ArticleRetriever(store=seeds_store, k=2) | RunnableLambda(len)
    assert chain.invoke(QUESTION) == 2


def test_the_retriever_is_a_tool_of_an_agent(seeds_store):
    """As docs/langchain.md shows: the tool gives passages, and an agent that has it answers."""
    retriever = ArticleRetriever(store=seeds_store, k=2)
    search = create_retriever_tool(retriever, "search_news", "Finds passages of the news collection.")
    assert "Brussels" in search.invoke({"query": QUESTION})
    with serving() as server:
        model = init_chat_model("openai:say:It was the prime minister.", base_url=server.url, api_key="none")
        agent = create_agent(model, [search])
        said = agent.invoke({"messages": [("user", QUESTION)]})["messages"][-1].content
        assert said == "It was the prime minister."
        assert server.requests[0]["body"]["tools"][0]["function"]["name"] == "search_news"


def test_the_chain_is_a_tool(engine):
    """As docs/langchain.md shows: a question in, the checked answer out."""
    chain = answer_chain(engine)

    @tool
    def ask_news(question: str) -> str:
        """Answer from the news collection."""
        return chain.invoke(question)["answer"]

    assert "Charles Michel" in ask_news.invoke({"question": QUESTION})


def test_invoke_gives_the_whole_answer(engine):
    """The JSON object of the command line, from a plain question."""
    assert timeless(answer_chain(engine).invoke(QUESTION)) == timeless(to_json(engine.ask(QUESTION)))


def test_stream_gives_parts_that_add_up(engine):
    """The question comes first, no key comes twice, and the sum is what ``invoke`` gives."""
    chain = answer_chain(engine)
    parts = list(chain.stream(QUESTION))
    assert "standalone_question" in parts[0]
    assert "answer" not in parts[0]
    assert sum(len(part) for part in parts) == len({key for part in parts for key in part})
    assert timeless({key: value for part in parts for key, value in part.items()}) == timeless(chain.invoke(QUESTION))


def test_async_streams_the_same(engine):
    """``astream`` gives the parts that ``stream`` gives."""
    chain = answer_chain(engine)

    async def collect() -> list[dict]:
        return [part async for part in chain.astream(QUESTION)]

    with ThreadPoolExecutor(1) as aside:  # a browser test may have left a loop running in this thread
        parts = aside.submit(lambda: asyncio.run(collect())).result()
    assert [timeless(part) for part in parts] == [timeless(part) for part in chain.stream(QUESTION)]


@pytest.mark.parametrize(
    "history",
    [TURNS, [HumanMessage(TURNS[0][1]), AIMessage(TURNS[1][1])], [("human", TURNS[0][1]), ("ai", TURNS[1][1])]],
    ids=["pairs", "messages", "langchain roles"],
)
def test_history_may_be_pairs_or_messages(engine, history):
    """Each form of a conversation is folded in the same way."""
    answer = answer_chain(engine).invoke({"question": "when were they", "history": history})
    assert answer["standalone_question"] == "when were the raids in Brussels"


def test_the_chain_takes_filters(engine):
    """A mapping may say which articles are asked."""
    only = "001_4b357e85272d0d23.txt"
    answer = answer_chain(engine).invoke({"question": QUESTION, "filters": Filters(article_ids=(only,))})
    assert {passage["article_id"] for passage in answer["passages"]} == {only}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"question": 1},
        {"question": "Who?", "history": [SystemMessage("x")]},
        {"question": "Who?", "history": ["x"]},
    ],
)
def test_what_is_no_question_is_refused(engine, asked):
    """A missing question, and a history that is none, raise at once."""
    with pytest.raises(ValueError, match="is no"):
        answer_chain(engine).invoke(asked)
