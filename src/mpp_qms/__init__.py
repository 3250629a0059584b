"""Keeps the ISO 9001:2015 quality system of a public-service mall honest and ready for its auditor."""

__version__ = "0.1.0"
