#!/usr/bin/python3
"""embed_openapi.py FILE.yaml HEADER NAMESPACE: the description of the HTTP interface as JSON, in a C++ header."""

import hashlib
import json
import sys
from pathlib import Path

import yaml

TEMPLATE = """#pragma once
#include <string_view>

namespace ordo::{namespace} {{

inline constexpr std::string_view kEmbeddedOpenApiVersion = "{version}";
inline constexpr std::string_view kEmbeddedOpenApi = R"embedded_openapi({text})embedded_openapi";

}}  // namespace ordo::{namespace}
"""


def main() -> int:
    source, header, namespace = sys.argv[1:]
    text = json.dumps(yaml.safe_load(Path(source).read_text()), ensure_ascii=False, separators=(",", ":"))
    Path(header).parent.mkdir(parents=True, exist_ok=True)
    version = hashlib.sha256(text.encode()).hexdigest()[:16]
    Path(header).write_text(TEMPLATE.format(namespace=namespace, version=version, text=text))
    return 0


if __name__ == "__main__":
    sys.exit(main())
