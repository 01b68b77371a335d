"""The HTTP contract as gateway/openapi.yaml says it: what may be asked, and whether an answer is one that it allows."""

import json
import re
from dataclasses import dataclass
from typing import Any

import yaml
from client import Answer
from jsonschema import Draft202012Validator, RefResolver
from stack import ROOT

FILE = ROOT / "gateway/openapi.yaml"
METHODS = ("get", "post", "patch", "delete", "put")


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    said: dict[str, Any]

    def is_open(self) -> bool:
        """Asks for no token."""
        return self.said.get("security") == []

    def is_endless(self) -> bool:
        """Its answer is a stream: test_event_streams.py holds it."""
        return "text/event-stream" in self.said["responses"].get("200", {}).get("content", {})


class Contract:
    def __init__(self) -> None:
        self.document: dict[str, Any] = yaml.safe_load(FILE.read_text())
        self.resolver = RefResolver("", self.document)
        self.operations = [Operation(said["operationId"], method.upper(), path, said)
                           for path, item in self.document["paths"].items() for method, said in item.items() if method in METHODS]

    def resolved(self, said: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in said:
            said = self.resolver.resolve(said["$ref"])[1] | {key: value for key, value in said.items() if key != "$ref"}
        return said

    def parameters(self, operation: Operation, where: str) -> list[dict[str, Any]]:
        told = [self.resolved(one) for one in operation.said.get("parameters", [])]
        return [one for one in told if one["in"] == where]

    def body_schema(self, operation: Operation) -> dict[str, Any] | None:
        body = operation.said.get("requestBody")
        return self.resolved(body["content"]["application/json"]["schema"]) if body else None

    def is_body_required(self, operation: Operation) -> bool:
        return bool(operation.said.get("requestBody", {}).get("required"))

    def faults(self, schema: dict[str, Any], value: Any) -> list[str]:
        found = Draft202012Validator(schema, resolver=self.resolver).iter_errors(value)
        return [f"/{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in found]

    def complaints(self, operation: Operation, answer: Answer) -> list[str]:
        """What is wrong with an answer; nothing, if the file allows it."""
        responses = operation.said["responses"]
        said = responses.get(str(answer.status))
        if said is None and answer.status < 400:
            return [f"{answer.status} is not among {sorted(responses)}"]
        said = self.resolved(said or responses["default"])
        return [*self._header_complaints(said, answer), *self._body_complaints(said, answer)]

    def _header_complaints(self, said: dict[str, Any], answer: Answer) -> list[str]:
        found = []
        for name, declared in said.get("headers", {}).items():
            header, value = self.resolved(declared), answer.headers.get(name)
            if value is None:
                found += [f"{name} is missing"] if header.get("required") else []
            else:
                found += [f"{name}: {fault}" for fault in self.faults(header["schema"], value)]
        return found

    def _body_complaints(self, said: dict[str, Any], answer: Answer) -> list[str]:
        content = said.get("content")
        if not content:
            return ["there is a body"] if answer.body else []
        media_type = answer.headers.get("Content-Type", "").split(";")[0]
        if media_type not in content:
            return [f"Content-Type is {media_type}"]
        if not re.fullmatch(r"application/(problem\+)?json", media_type):
            return []
        return self.faults(content[media_type].get("schema", {}), json.loads(answer.body))
