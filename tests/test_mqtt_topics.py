"""Topics, there and back."""

import pytest

from gateway.mqtt.topics import Heard, Topics, every_gateway, heard

TOPICS = Topics("packhouse", "house-1", "gw-1")


def test_topics_are_those_of_the_contract() -> None:
    assert TOPICS.events_json == "packhouse/v1/house-1/gw-1/events/json"
    assert TOPICS.events_gzip == "packhouse/v1/house-1/gw-1/events/gzip"
    assert TOPICS.state == "packhouse/v1/house-1/gw-1/state"
    assert TOPICS.ack("e1") == "packhouse/v1/house-1/gw-1/ack/e1"


def test_an_alarms_topic_ends_in_a_bare_uuid() -> None:
    id_ = "6860f173-4457-58a6-b41b-83abc95062e8"
    assert TOPICS.alarm(id_) == TOPICS.alarm(f"urn:uuid:{id_}") == f"{TOPICS.base}/alarm/{id_}"
    assert TOPICS.alarm("AL-261121-0003") == f"{TOPICS.base}/alarm/22b8e601-74cb-571e-8629-f057685e20e1"
    assert TOPICS.is_alarm(TOPICS.alarm("AL-261121-0003"))


@pytest.mark.parametrize("name", ["", "a b", "a/b", "+", "#", "kho-lạnh", "x" * 33])
def test_a_name_that_cannot_be_part_of_a_topic_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be part of a topic"):
        Topics("packhouse", "house-1", name)


def test_no_gateway_is_called_register() -> None:
    with pytest.raises(ValueError, match="register"):
        Topics("packhouse", "house-1", "register")


def test_a_topic_says_who_speaks() -> None:
    assert heard(TOPICS.events_gzip, "packhouse") == Heard(TOPICS, "events/gzip")


@pytest.mark.parametrize(
    "topic",
    ["", "packhouse", "packhouse/v1/house-1/gw-1", "packhouse/v2/house-1/gw-1/state", "other/v1/house-1/gw-1/state",
     "packhouse/v1/house-1/register/areas", "packhouse/v1//gw-1/state"],
)  # fmt: skip
def test_a_topic_of_somebody_else_is_nobodys(topic: str) -> None:
    assert heard(topic, "packhouse") is None


def test_a_receiver_listens_to_one_site_or_all() -> None:
    assert every_gateway("packhouse", "house-1")[0] == "packhouse/v1/house-1/+/events/+"
    assert every_gateway("packhouse", None)[0] == "packhouse/v1/+/+/events/+"
