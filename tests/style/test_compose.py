"""What must hold of the containers' compose file; it is checked for its form, since no engine runs here."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker/compose.yaml").read_text())
    return loaded


def mounted(service: dict[str, Any]) -> set[str]:
    return {volume.split(":")[0] for volume in service.get("volumes", [])}


def test_the_private_key_is_where_it_is_made_and_where_tokens_are_signed_and_nowhere_else(compose: dict[str, Any]) -> None:
    holders = {name for name, service in compose["services"].items() if "private-key" in mounted(service)}
    assert holders == {"keys", "identity"}
    assert "private-key:/private-key:ro" in compose["services"]["identity"]["volumes"]


def test_a_key_is_read_from_a_volume_that_its_reader_has(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if name.endswith("_KEY_FILE"):
                assert value.split("/")[1] in mounted(service)


def test_every_volume_that_is_mounted_is_declared_and_the_other_way_round(compose: dict[str, Any]) -> None:
    named = {volume for service in compose["services"].values() for volume in mounted(service) if not volume.startswith(".")}
    assert named == set(compose["volumes"])


def test_the_image_brings_all_that_the_gateway_reads_for_swagger() -> None:
    image, reader = (ROOT / "docker/Dockerfile").read_text(), (ROOT / "gateway/operations/swagger_routes.cpp").read_text()
    wanted = re.findall(r'\{"([\w.-]+)", "(?:text|image)/', reader)
    copied = re.search(r"^COPY --from=swagger (.+) (\S+)/$", image, re.MULTILINE)
    assert len(wanted) == 3 and copied
    assert [Path(file).name for file in copied[1].split()] == wanted
    assert f"ENV ORDO_SWAGGER_FOLDER={copied[2]}\n" in image
