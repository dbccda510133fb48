"""OIO-XML: the codec between bytes and the values of ``medcom_bu.messages``."""
