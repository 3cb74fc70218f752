"""Adapters: how exports of survey tools become neutral records."""
