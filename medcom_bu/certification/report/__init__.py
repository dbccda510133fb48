"""The report on a run: JSON, JUnit XML, a page of HTML, and the evidence in a zip."""
