"""Wrapping messages for the network, opening what comes, answering and counting it."""
