"""MedCom messages as EDIFACT: ISO 9735 syntax version 3, character set UNOC, binary objects between UNO and UNP."""
