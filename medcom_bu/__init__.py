"""medcom_bu."""
