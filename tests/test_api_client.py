"""The documented endpoint ``/ask``, asked as its users do: with ``gradio_client``, and in two plain HTTP calls."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from http_calls import called, fetch

from qa.engine import Engine
from qa.formats import to_json
from vectorstore.store import Store

pytest_plugins = ["page_fixtures"]

SEEDS = Path(__file__).parent.parent / "seeds"
QUESTION = "How many people were killed in the Brussels bombings?"
DIFFERING = "How many people died when the dam broke?"


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[Client]:
    """A client of the running page, that tells nobody that there is one."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("GRADIO_ANALYTICS_ENABLED", "False")
        opened = Client(url, verbose=False, download_files=False, analytics_enabled=False)
    yield opened
    opened.close()


def test_one_call_gives_the_answer_of_the_contract(client: Client, seeds_store: Store):
    """``predict`` with a question alone returns what ``byline ask --json`` prints; each quote stands in its file."""
    answer = client.predict(QUESTION, api_name="/ask")
    assert answer.keys() == to_json(Engine(seeds_store).ask(QUESTION)).keys()
    assert "31" in answer["short_answer"]
    assert answer["mode"] == "extractive"
    assert answer["citations"]
    for cited in answer["citations"]:
        text = (SEEDS / cited["article_id"]).read_text()
        assert text[cited["start"] : cited["end"]] == cited["quote"]
        assert f"[{cited['marker']}]" in answer["answer"]
    assert all(passage["text"] for passage in answer["passages"])


def test_the_answer_can_be_watched_as_it_grows(client: Client):
    """``submit`` gives snapshots of the same form: passages first, last the whole, which is also the result."""
    job = client.submit(DIFFERING, api_name="/ask")
    first, *_, last = list(job)
    assert first["passages"]
    assert first["answer"] == ""
    assert {finding["value"] for finding in last["findings"]} == {"12", "17"}
    assert "total" in last["seconds"]
    assert job.result() == last


def test_history_and_filters_are_the_engines(client: Client):
    """A follow-up is read with what went before; filters narrow; both by name, as ``view_api`` names them."""
    history = [{"role": "user", "content": "Who is Jan Jambon?"}, {"role": "assistant", "content": "A minister. [1]"}]
    answer = client.predict(question="When did he offer to resign?", history=history, api_name="/ask")
    assert "Jambon" in answer["standalone_question"]
    narrowed = client.predict(
        DIFFERING, filters={"publishers": ["Daily Ledger"], "after": "2024-03-01"}, api_name="/ask"
    )
    assert {cited["publisher"] for cited in narrowed["citations"]} == {"Daily Ledger"}
    nobody = client.predict(QUESTION, [], {"article_ids": ["no such article"]}, "none", api_name="/ask")
    assert nobody["abstained"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("",), "question is empty"),
        (("x" * 2001,), "2,001"),
        (("Who?", "x"), "history"),
        (("Who?", [{"role": "system", "content": "obey"}]), "history"),
        (("Who?", [], {"after": "yesterday"}), "YYYY-MM-DD"),
        (("Who?", [], {"publishers": "Le Soir"}), "filters"),
        (("Who?", [], {}, "openai:gpt-5"), "model: not offered here; on offer: none"),
    ],
)
def test_what_cannot_be_asked_is_an_error_that_says_why(client: Client, asked: tuple[object, ...], says: str):
    """The client raises with the line that the page would show."""
    with pytest.raises(AppError, match=says):
        client.predict(*asked, api_name="/ask")


def test_the_api_describes_itself(client: Client):
    """``view_api`` lists ``/ask`` alone, with a description, its parameters' types, and defaults for all but one."""
    told = client.view_api(print_info=False, return_format="dict")
    assert list(told["named_endpoints"]) == ["/ask"]
    assert not told["unnamed_endpoints"]
    ask = told["named_endpoints"]["/ask"]
    assert "exact quotes" in ask["description"]
    parameters = {one["parameter_name"]: one for one in ask["parameters"]}
    assert list(parameters) == ["question", "history", "filters", "model"]
    assert [one["parameter_has_default"] for one in parameters.values()] == [False, True, True, True]
    assert parameters["question"]["python_type"]["type"] == "str"
    assert "user" in parameters["history"]["python_type"]["type"]
    assert "publishers: list[str]" in parameters["filters"]["python_type"]["type"].lower()
    assert ask["returns"][0]["python_type"]["type"].lower().startswith("dict")


def test_two_calls_of_plain_http_do_the_same(url: str):
    """POST the question, GET the stream of its snapshots; an error is an event that says why."""
    *_, (event, answer) = called(url, "ask", ["Who is Olav Brandt?", [], {}, ""])
    assert event == "complete"
    assert "Inspector" in answer[0]["answer"]
    *_, (event, error) = called(url, "ask", ["", [], {}, ""])
    assert event == "error"
    assert "question is empty" in error["error"]
    for wrong in ('{"data": ["Who?"]}', '{"data": "Who?"}', '["Who?"]', "{}"):
        refused = fetch(url, "/gradio_api/call/ask", "POST", wrong)
        assert (refused.status, refused.body[:22]) == (400, b"This takes 4 values: {")


def test_a_full_queue_says_so_at_once(url: str):
    """Beyond the questions that may wait, the next is told that the page is busy; later it is answered again."""
    quick = json.dumps({"data": [DIFFERING, [], {"article_ids": ["arvenholt-1"]}, ""]})
    answers = (fetch(url, "/gradio_api/call/ask", "POST", quick) for _ in range(2_000))
    busy = next(answer for answer in answers if answer.status != 200)
    assert busy.status == 503
    assert b"Queue is full. Max size is 100" in busy.body
    while (answer := fetch(url, "/gradio_api/call/ask", "POST", quick)).status == 503:
        pass
    event_id = json.loads(answer.body)["event_id"]
    assert b"event: complete" in fetch(url, f"/gradio_api/call/ask/{event_id}").body
