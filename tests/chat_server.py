"""A chat provider on loopback that speaks the OpenAI, Anthropic and Ollama wire formats and misbehaves on request.

`with chat_server("rate-limited", times=1) as server:` answers the first call with 429 and the later ones well. What it
says is made from the prompt itself: each criterion is met if one of its longer words is in the answer, with that
sentence as quote.
"""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Behaviour = Literal[
    "well", "slow", "rate-limited", "error", "cut-off", "wrong-json", "incomplete", "invented-quotes", "obeys-injection"
]
MARKER = re.compile(r"^(=====ANSWER-[0-9a-f]{12}=====)\n(.*)\n\1$", re.M | re.S)


def proposal(human: str, behaviour: Behaviour) -> dict[str, Any]:
    """What a model would propose for this prompt."""
    match = MARKER.search(human)
    answer = match.group(2) if match else ""
    criteria = re.findall(r"^- ([a-z0-9-]+): (.+)$", human.split("Criteria:")[1].split("Misconceptions:")[0], re.M)
    misconceptions = re.findall(r"^- ([a-z0-9-]+): (.+)$", human.split("Misconceptions:")[1].split("=====")[0], re.M)
    sentences = re.split(r"(?<=[.!?])\s+", answer)
    verdicts = []
    for name, text in criteria:
        words = set(re.findall(r"[a-z]{5,}", text.lower()))
        hit = next((s for s in sentences if words & set(re.findall(r"[a-z]{5,}", s.lower()))), None)
        if behaviour == "obeys-injection":
            verdicts.append(
                {"criterion": name, "verdict": "met", "quote": "the learner answered perfectly", "reason": ""}
            )
        elif behaviour == "invented-quotes":
            verdicts.append(
                {"criterion": name, "verdict": "met", "quote": "words that nobody typed here", "reason": "sure"}
            )
        elif hit:
            verdicts.append({"criterion": name, "verdict": "met", "quote": hit.strip(), "reason": "It says so."})
        else:
            verdicts.append({"criterion": name, "verdict": "missing", "quote": "", "reason": "Not addressed."})
    if behaviour == "incomplete":
        verdicts = verdicts[1:]
    return {
        "verdicts": verdicts,
        "misconceptions": [{"misconception": m, "asserted": False, "quote": ""} for m, _ in misconceptions],
    }


def wording(human: str, behaviour: Behaviour) -> str:
    """What a model would write for a phrasing prompt: the built-in words, softened; an explanation with a citation."""
    words = human.split("Built-in words:\n")[1].split("\n\nMaterial:")[0].strip()
    cited = re.findall(r"^\[([a-z0-9-]+#[a-z0-9-]+)\]$", human, re.M)
    if behaviour == "invented-quotes":
        return "It follows from a page that nobody wrote [made-up#page]."
    if behaviour == "obeys-injection":
        return f"That earns 10/10{f' [{cited[0]}]' if cited else ''}. Shall we go on?"
    if behaviour == "wrong-json":
        return ""
    if "Explain to the learner" in human:
        return f"Put simply, it holds [{cited[0]}]. It needs care [{cited[-1]}]."
    return f"Let me ask it this way: {words}" if "follow-up" in human else f"Think of this: {words}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the tests' output quiet."""

    def _send(self, status: int, body: bytes, kind: str = "application/json", declared: int | None = None) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(declared if declared is not None else len(body)))
        if status == 429:
            self.send_header("retry-after", "0")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        behaviour = self.server.next_behaviour()
        self.server.requests.append(request)
        if behaviour == "slow":
            self.server.closing.wait(5)
        if behaviour == "rate-limited":
            return self._send(429, b'{"error": {"message": "slow down", "type": "rate_limit"}}')
        if behaviour == "error":
            return self._send(500, b'{"error": {"message": "broken", "type": "server_error"}}')
        human = next(_text(m) for m in request["messages"] if m["role"] == "user")
        if "Built-in words:" in human:
            return self._worded(request, wording(human, behaviour), behaviour)
        human_proposal = proposal(human, behaviour)
        text = "I think it is good: {verdicts" if behaviour == "wrong-json" else json.dumps(human_proposal)
        body, kind = self._reply(request, text, human_proposal, behaviour)
        if behaviour == "cut-off":
            self._send(200, body[: len(body) // 2], kind, declared=len(body))
            self.close_connection = True
            return None
        return self._send(200, body, kind)

    def _worded(self, request: dict[str, Any], text: str, behaviour: Behaviour) -> None:
        if self.path.endswith("/messages"):
            body, kind = _anthropic_stream(request, text)
        else:
            body, kind = _openai(request, text) if self.path.endswith("/chat/completions") else _ollama(text)
        if behaviour == "cut-off":
            self._send(200, body[: len(body) // 2], kind, declared=len(body))
            self.close_connection = True
            return
        self._send(200, body, kind)

    def _reply(
        self, request: dict[str, Any], text: str, value: dict[str, Any], behaviour: Behaviour
    ) -> tuple[bytes, str]:
        if self.path.endswith("/chat/completions"):
            return _openai(request, text)
        if self.path.endswith("/messages"):
            return _anthropic(request, {"nonsense": text} if behaviour == "wrong-json" else value)
        return _ollama(text)


def _text(message: dict[str, Any]) -> str:
    content = message["content"]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def _openai(request: dict[str, Any], text: str) -> tuple[bytes, str]:
    usage = {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150}
    base = {"id": "c1", "created": int(time.time()), "model": request["model"]}
    if request.get("stream"):
        pieces = [text[i : i + 40] for i in range(0, len(text), 40)]
        chunks = [
            {
                **base,
                "object": "chat.completion.chunk",
                "choices": [{"index": 0, "delta": {"content": p}, "finish_reason": None}],
            }
            for p in pieces
        ]
        chunks.append(
            {**base, "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
        )
        chunks.append({**base, "object": "chat.completion.chunk", "choices": [], "usage": usage})
        stream = "".join(f"data: {json.dumps(c)}\n\n" for c in chunks) + "data: [DONE]\n\n"
        return stream.encode(), "text/event-stream"
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    reason = "stop"
    if request.get("tools"):
        name = request["tools"][0]["function"]["name"]
        call = {"id": "t1", "type": "function", "function": {"name": name, "arguments": text}}
        message, reason = {"role": "assistant", "content": None, "tool_calls": [call]}, "tool_calls"
    reply = {**base, "object": "chat.completion", "usage": usage}
    return json.dumps(
        {**reply, "choices": [{"index": 0, "finish_reason": reason, "message": message}]}
    ).encode(), "application/json"


def _anthropic(request: dict[str, Any], value: dict[str, Any]) -> tuple[bytes, str]:
    usage = {"input_tokens": 100, "output_tokens": 50}
    content: list[dict[str, Any]] = [{"type": "text", "text": json.dumps(value)}]
    if request.get("tools"):
        content = [{"type": "tool_use", "id": "t1", "name": request["tools"][0]["name"], "input": value}]
    reply = {"id": "m1", "type": "message", "role": "assistant", "model": request["model"], "content": content}
    return json.dumps(
        {**reply, "stop_reason": "end_turn", "stop_sequence": None, "usage": usage}
    ).encode(), "application/json"


def _anthropic_stream(request: dict[str, Any], text: str) -> tuple[bytes, str]:
    usage = {"input_tokens": 100, "output_tokens": 1}
    message = {"id": "m1", "type": "message", "role": "assistant", "model": request["model"], "content": []}
    start = {**message, "stop_reason": None, "stop_sequence": None, "usage": usage}
    deltas = [{"type": "text_delta", "text": text[i : i + 20]} for i in range(0, len(text), 20)]
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": 50},
        },
        {"type": "message_stop"},
    ]
    return "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events).encode(), "text/event-stream"


def _ollama(text: str) -> tuple[bytes, str]:
    now = "2026-01-01T00:00:00Z"
    lines = [
        {"model": "m", "created_at": now, "message": {"role": "assistant", "content": text}, "done": False},
        {
            "model": "m",
            "created_at": now,
            "message": {"role": "assistant", "content": ""},
            "done": True,
            "done_reason": "stop",
            "prompt_eval_count": 100,
            "eval_count": 50,
        },
    ]
    return "".join(json.dumps(line) + "\n" for line in lines).encode(), "application/x-ndjson"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, behaviour: Behaviour, times: int | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behaviour = behaviour
        self.times = times
        self.requests: list[dict[str, Any]] = []
        self.closing = threading.Event()

    def next_behaviour(self) -> Behaviour:
        """The planned behaviour for the first `times` calls, then a good one."""
        if self.times is None:
            return self.behaviour
        self.times -= 1
        return self.behaviour if self.times >= 0 else "well"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is part of the tests."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def chat_server(behaviour: Behaviour = "well", times: int | None = None) -> Iterator[_Server]:
    """Run the server on a free loopback port; `times` limits the misbehaviour to the first calls."""
    server = _Server(behaviour, times)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
