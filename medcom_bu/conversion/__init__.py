"""Carrying a message over to the other standard: XDIS91 and CareCommunication, receipts and Acknowledgements."""
