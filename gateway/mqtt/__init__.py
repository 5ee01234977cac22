"""MQTT: the connection, the topics and the CloudEvents envelope; uplink and receiver both stand on it."""

from gateway.mqtt.broker import BrokerTable

__all__ = ["BrokerTable"]
