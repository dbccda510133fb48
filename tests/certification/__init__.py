"""The certification kit: its cases, its checks, the systems that it is tried with."""
